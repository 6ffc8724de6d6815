import { isScalar, type Scalar } from 'yaml';
import { pointerParts } from '../json/pointer.ts';
import type { SourceDocument } from './documents.ts';

interface Place {
  readonly line: number;
  readonly column: number;
}

/**
 * Where the places of a text are in the file, when the text is a value of a document. Only the lines of a literal block are those of
 * the file; in any other style everything is where the value is.
 * @param at JSON pointer to the text
 */
export function placesOfText(document: SourceDocument, at: string): (within: Place) => Place {
  const node: unknown = document.parsed.getIn(pointerParts(at), true);
  const offset = isScalar(node) && node.type === 'BLOCK_LITERAL' ? node.range?.[0] : undefined;
  if (!isScalar(node) || offset === undefined) return () => document.place(at);
  const header = document.placeOfOffset(offset).line;
  const indentation = indentationOf(node);
  return ({ line, column }) => ({ line: header + line, column: indentation + column });
}

function indentationOf({ srcToken }: Scalar): number {
  if (srcToken?.type !== 'block-scalar') return 0;
  return /^(?: *\r?\n)*( *)/.exec(srcToken.source)?.[1]?.length ?? 0;
}
