import type { Root } from 'mdast';
import { gfmTableToMarkdown } from 'mdast-util-gfm-table';
import { toMarkdown } from 'mdast-util-to-markdown';

/** A document as Markdown, with the tables of GitHub’s. */
export const markdownOf = (document: Root): string =>
  toMarkdown(document, { bullet: '-', extensions: [gfmTableToMarkdown()] });
