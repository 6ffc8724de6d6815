import { pointerParts, valueAt } from '../json/pointer.ts';
import type { SourceDocument } from './documents.ts';

/** What a pointer leads to in a document, as a document of its own whose places are those of the file. */
export const partOfDocument = (document: SourceDocument, at: string): SourceDocument => ({
  ...document,
  value: valueAt(document.value, at),
  place: (path) => document.place(at + path),
});

/** How many characters the part takes in the text of the file; 0 for one that stands there by a merge or an alias. */
export function lengthOfPart({ parsed }: SourceDocument, at: string): number {
  const node: unknown = parsed.getIn(pointerParts(at), true);
  if (typeof node !== 'object' || node === null || !('range' in node) || !Array.isArray(node.range)) return 0;
  return Number(node.range[1]) - Number(node.range[0]);
}
