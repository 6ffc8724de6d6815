import type { Element } from 'hast';
import { toHtml } from 'hast-util-to-html';

/** The document of the page: the style sheet, the script, and the place for what it draws. All are asked for in one round of requests. */
export function pageDocument({ script, style }: { readonly script: string; readonly style: string }): string {
  const head = element('head', {}, [
    element('meta', { charSet: 'utf-8' }),
    element('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    element('meta', { name: 'color-scheme', content: 'light dark' }),
    element('title', {}, [{ type: 'text', value: 'Pillion' }]),
    // an empty icon: the browser would ask for one otherwise
    element('link', { rel: ['icon'], href: 'data:,' }),
    element('link', { rel: ['stylesheet'], href: style }),
    element('script', { type: 'module', src: script }),
  ]);
  const body = element('body', {}, [
    element('div', { id: 'app' }),
    element('noscript', {}, [
      { type: 'text', value: 'This page needs JavaScript. Everything it shows, pillion shows in a terminal too.' },
    ]),
  ]);
  const document = element('html', { lang: 'en' }, [head, body]);
  return `${toHtml({ type: 'root', children: [{ type: 'doctype' }, document] })}\n`;
}

const element = (tagName: string, properties: Element['properties'], children: Element['children'] = []): Element => ({
  type: 'element',
  tagName,
  properties,
  children,
});
