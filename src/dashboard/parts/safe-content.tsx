import { type ComponentChildren, h } from 'preact';

// what a briefing consists of; everything else of a document is left out, with what is in it
const KEPT = new Set(
  'p ul ol li table thead tbody tr th td code pre strong em del br hr blockquote a h1 h2 h3 h4 h5 h6 main section'.split(
    ' ',
  ),
);
const DROPPED = new Set(['script', 'style', 'template', 'head', 'iframe', 'object', 'embed', 'svg', 'math']);

/**
 * The content of a document as elements of this page: the tags of the list without any attribute but the target of a link, and text.
 * A frame would inherit the page’s own policy, and with it refuse the style that the document brings.
 */
export function safeContent(html: string): ComponentChildren {
  // a document that is only parsed runs and loads nothing; the style in its head would be told of as a violation all the same
  const body = html.slice(Math.max(0, html.search(/<body\b/i)));
  return contentOf(new DOMParser().parseFromString(body, 'text/html').body);
}

function contentOf(parent: Node): ComponentChildren[] {
  return [...parent.childNodes].map((node) => {
    if (node.nodeType === Node.TEXT_NODE) return node.textContent;
    if (!(node instanceof Element)) return null;
    const tag = node.tagName.toLowerCase();
    if (DROPPED.has(tag)) return null;
    if (!KEPT.has(tag)) return contentOf(node);
    return h(lowered(tag), attributesOf(node), contentOf(node));
  });
}

/** A heading of the document stands below those of the page. */
const lowered = (tag: string): string =>
  /^h[1-6]$/.test(tag) ? `h${Math.min(6, Number(tag[1]) + 2)}` : tag === 'main' ? 'section' : tag;

function attributesOf(element: Element): { href?: string; rel?: string } {
  const href = element.tagName === 'A' ? (element.getAttribute('href') ?? '') : '';
  return /^https?:\/\//.test(href) ? { href, rel: 'noreferrer noopener' } : {};
}
