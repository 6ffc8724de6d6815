import type { BlockContent, Code, Heading, List, Paragraph, PhrasingContent, Table } from 'mdast';
import { printable } from '../../../problem/printable.ts';
import type { Phrase } from '../phrase.ts';

// The parts of a document as a tree of Markdown, from which the writers of Markdown and of HTML escape whatever people named.

export const text = (value: string): PhrasingContent => ({ type: 'text', value: printable(value) });
export const strong = (value: string): PhrasingContent => ({ type: 'strong', children: [text(value)] });

/** A phrase: its words as text, what is named in it as code. */
export const phrased = (phrase: Phrase): PhrasingContent[] =>
  phrase.map((span) =>
    typeof span === 'string' ? text(span) : { type: 'inlineCode', value: printable(span.code) || ' ' },
  );

export const heading = (depth: 1 | 2 | 3 | 4, ...children: PhrasingContent[]): Heading => ({
  type: 'heading',
  depth,
  children,
});

export const paragraph = (...children: PhrasingContent[]): Paragraph => ({ type: 'paragraph', children });

export const code = (lang: string, value: string): Code => ({
  type: 'code',
  lang,
  value: value.split('\n').map(printable).join('\n'),
});

/** A list; what belongs to an item stands in it. */
export const list = (items: readonly (readonly BlockContent[])[]): List => ({
  type: 'list',
  ordered: false,
  spread: false,
  children: items.map((children) => ({ type: 'listItem', spread: false, children: [...children] })),
});

export const table = (rows: readonly (readonly PhrasingContent[][])[]): Table => ({
  type: 'table',
  children: rows.map((cells) => ({
    type: 'tableRow',
    children: cells.map((children) => ({ type: 'tableCell', children })),
  })),
});
