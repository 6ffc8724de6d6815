import { toHtml } from 'hast-util-to-html';
import { element, words } from '../../src/core/html/element.ts';

/** The document of the page: the style sheet, the script, and the place for what it draws. All are asked for in one round of requests. */
export function pageDocument({ script, style }: { readonly script: string; readonly style: string }): string {
  const head = element('head', {}, [
    element('meta', { charSet: 'utf-8' }),
    element('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    element('meta', { name: 'color-scheme', content: 'light dark' }),
    element('title', {}, [words('Pillion')]),
    element('link', { rel: ['icon'], href: `data:image/svg+xml,${encodeURIComponent(toHtml(ICON))}` }),
    element('link', { rel: ['stylesheet'], href: style }),
    element('script', { type: 'module', src: script }),
  ]);
  const body = element('body', {}, [
    element('div', { id: 'app' }),
    element('noscript', {}, [
      words('This page needs JavaScript. Everything it shows, pillion shows in a terminal too.'),
    ]),
  ]);
  const document = element('html', { lang: 'en' }, [head, body]);
  return `${toHtml({ type: 'root', children: [{ type: 'doctype' }, document] })}\n`;
}

/** The mark of the navigation, in a blue that can be seen on light and dark tabs. */
const ICON = element('svg', { xmlns: 'http://www.w3.org/2000/svg', viewBox: '0 0 24 24' }, [
  element('rect', { x: '1', y: '4', width: '14', height: '16', rx: '4', fill: '#2b8cc4' }),
  element('rect', { x: '17', y: '8', width: '6', height: '12', rx: '3', fill: '#8b6fb8' }),
]);
