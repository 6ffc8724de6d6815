import { toHtml } from 'hast-util-to-html';
import { element, words } from '../html/element.ts';
import type { Refusal } from './document.ts';

/** A page in place of the dashboard, for whoever has no token: what it takes, and nothing of what there is. */
export function loginPage({ message, next }: Refusal): string {
  const head = element('head', {}, [
    element('meta', { charSet: 'utf-8' }),
    element('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    element('meta', { name: 'color-scheme', content: 'light dark' }),
    element('title', {}, [words('Pillion')]),
    // an empty icon: the browser would ask for one otherwise
    element('link', { rel: ['icon'], href: 'data:,' }),
  ]);
  const body = element('body', {}, [
    element('main', {}, [
      element('h1', {}, [words('Pillion')]),
      element('p', {}, [words(message)]),
      element('p', {}, [words(next)]),
      element('pre', {}, [element('code', {}, [words('pillion dashboard')])]),
    ]),
  ]);
  const document = element('html', { lang: 'en' }, [head, body]);
  return `${toHtml({ type: 'root', children: [{ type: 'doctype' }, document] })}\n`;
}
