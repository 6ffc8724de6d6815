import { isScalar, type Scalar } from 'yaml';
import { pointerParts } from '../json/pointer.ts';
import type { Problem } from '../problem/problem.ts';
import type { SourceDocument } from '../yaml/documents.ts';

/** A place in a file, and what has to be added when the file does not show it by itself. */
export interface Position {
  readonly line: number;
  readonly column: number;
  readonly note: string;
}

/** A text that may stand within another one, as the value of a key. */
export interface StandingText {
  readonly text: string;
  readonly file: string;
  /** JSON pointer to the text, from the object that the file holds. */
  readonly path: string;
  /** Where a place of the text, counted from 1, is found in the file. */
  position(line: number, column: number): Position;
}

/** A text that is a file of its own. */
export const wholeText = (text: string, file: string, path: string): StandingText => ({
  text,
  file,
  path,
  position: (line, column) => ({ line, column, note: '' }),
});

/**
 * A text that is a value of a document.
 * @param at JSON pointer from the document to the value
 * @param outer where places of the document are found
 */
export function textWithin(
  document: SourceDocument,
  at: string,
  path: string,
  text: string,
  outer: StandingText['position'] = (line, column) => ({ line, column, note: '' }),
): StandingText {
  const node: unknown = document.parsed.getIn(pointerParts(at), true);
  const inFile = { text, file: document.file, path };
  if (isScalar(node) && node.type === 'BLOCK_LITERAL' && node.range) {
    const header = document.placeOfOffset(node.range[0]).line;
    const indent = indentOf(node, text);
    return { ...inFile, position: (line, column) => outer(header + line, indent + column) };
  }
  const { line, column } = document.place(at);
  return { ...inFile, position: (inner) => ({ ...outer(line, column), note: `line ${inner} of this text` }) };
}

// the text without its indentation is the value; what the two differ by is the indentation
function indentOf({ srcToken }: Scalar, value: string): number {
  const source = srcToken !== undefined && 'source' in srcToken ? String(srcToken.source) : '';
  return Math.max(0, leadingSpaces(source) - leadingSpaces(value));
}

const leadingSpaces = (text: string): number =>
  (text.split('\n').find((line) => line.trim() !== '') ?? '').search(/[^ ]|$/);

/** A problem at a place of a standing text. */
export function problemIn(
  { file, path: base, position }: StandingText,
  place: { readonly line: number; readonly column: number },
  path: string,
  message: string,
): Problem {
  const { line, column, note } = position(place.line, place.column);
  return { file, line, column, path: base + path, message: note === '' ? message : `${message} (${note})` };
}
