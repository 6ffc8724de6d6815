import type { ElementContent } from 'hast';
import { toHtml } from 'hast-util-to-html';
import type { Root } from 'mdast';
import { toHast } from 'mdast-util-to-hast';
import { element, words } from '../../../html/element.ts';
import { PAGE_STYLE } from './page-style.ts';

/** A document as one page: no script, nothing that is loaded, light and dark, fit to be printed. */
export function htmlOf(document: Root, title: string): string {
  const body = toHast(document);
  const content = body.type === 'root' ? (body.children as ElementContent[]) : [body as ElementContent];
  const page = element('html', { lang: 'en' }, [
    element('head', {}, [
      element('meta', { charSet: 'utf-8' }),
      element('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
      // whatever may stand in a name, the page loads and runs nothing
      element('meta', {
        httpEquiv: ['Content-Security-Policy'],
        content: "default-src 'none'; style-src 'unsafe-inline'",
      }),
      element('meta', { name: 'color-scheme', content: 'light dark' }),
      element('title', {}, [words(title)]),
      element('style', {}, [words(PAGE_STYLE)]),
    ]),
    element('body', {}, [element('main', {}, content)]),
  ]);
  return `${toHtml({ type: 'root', children: [{ type: 'doctype' }, page] })}\n`;
}
