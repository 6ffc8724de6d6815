import { type Document, isMap, isPair, isScalar, LineCounter, parseAllDocuments, type YAMLError } from 'yaml';
import { pointerParts } from '../json/pointer.ts';
import type { Problem } from '../problem/problem.ts';

/** One document of a YAML or JSON file, with the way back from a JSON pointer to the place in the text. */
export interface SourceDocument {
  readonly value: unknown;
  readonly file: string;
  /** Line and column, from 1, of what the pointer names, or of its nearest ancestor that exists. */
  place(path: string): { readonly line: number; readonly column: number };
}

/** Documents of at most this many characters are read; a policy or a manifest is a thousand times smaller. */
const MAX_DOCUMENT_CHARACTERS = 8 * 1024 * 1024;

/**
 * Reads every document of a YAML or JSON text; empty documents are left out. A key written twice, an unknown tag and an
 * alias that multiplies itself are problems, never silently resolved.
 */
export function readDocuments(
  text: string,
  file: string,
): { readonly documents: readonly SourceDocument[]; readonly problems: readonly Problem[] } {
  if (text.length > MAX_DOCUMENT_CHARACTERS) {
    const message = `is longer than ${MAX_DOCUMENT_CHARACTERS} characters; split it into several files`;
    return { documents: [], problems: [{ file, path: '', message }] };
  }
  const lines = new LineCounter();
  const documents: SourceDocument[] = [];
  const problems: Problem[] = [];
  for (const parsed of parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, stringKeys: true })) {
    const faults = [...parsed.errors, ...parsed.warnings];
    problems.push(...faults.map((fault) => syntaxProblem(fault, lines, file)));
    if (faults.length > 0) continue;
    try {
      const value: unknown = parsed.toJS({ maxAliasCount: 100 });
      if (value !== null) documents.push({ value, file, place: (path) => placeOf(parsed, path, lines) });
    } catch (error) {
      problems.push({ file, path: '', message: error instanceof Error ? error.message : String(error) });
    }
  }
  return { documents, problems };
}

function syntaxProblem(fault: YAMLError, lines: LineCounter, file: string): Problem {
  const { line, col } = lines.linePos(fault.pos[0]);
  return { file, line, column: col, path: '', message: `${fault.message.trim()} (${fault.code})` };
}

function placeOf(document: Document.Parsed, path: string, lines: LineCounter): { line: number; column: number } {
  const parts = pointerParts(path);
  for (let depth = parts.length; depth >= 0; depth--) {
    const offset = offsetOf(document, parts.slice(0, depth));
    if (offset !== undefined) {
      const { line, col } = lines.linePos(offset);
      return { line, column: col };
    }
  }
  return { line: 1, column: 1 };
}

// a key says better than its value where to look
function offsetOf(document: Document.Parsed, parts: readonly string[]): number | undefined {
  const last = parts.at(-1);
  const parent: unknown = parts.length === 0 ? undefined : document.getIn(parts.slice(0, -1), true);
  if (isMap(parent)) {
    const pair = parent.items.find((item) => isPair(item) && isScalar(item.key) && String(item.key.value) === last);
    if (isScalar(pair?.key)) return pair.key.range?.[0];
  }
  const node: unknown = document.getIn(parts, true);
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)
    ? Number(node.range[0])
    : undefined;
}
