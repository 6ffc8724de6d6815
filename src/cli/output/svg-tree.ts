import type { Element, ElementContent } from 'hast';
import { toHtml } from 'hast-util-to-html';
import { printable } from '../../core/problem/printable.ts';

/** An element of a picture; texts become nodes, so that nothing in them can be markup. */
export const svgElement = (
  tagName: string,
  properties: Readonly<Record<string, string | number>>,
  ...children: readonly (ElementContent | string)[]
): Element => ({
  type: 'element',
  tagName,
  properties: { ...properties },
  children: children.map((child) => (typeof child === 'string' ? { type: 'text', value: printable(child) } : child)),
});

/** A picture as a file of its own, which is XML. */
export const svgFile = (root: Element): string =>
  `${toHtml(root, { space: 'svg', closeEmptyElements: true, tightSelfClosing: false })}\n`;
