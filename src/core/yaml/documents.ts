import {
  type Document,
  isCollection,
  isMap,
  isPair,
  isScalar,
  LineCounter,
  parseAllDocuments,
  type Range,
  visit,
  type YAMLError,
} from 'yaml';
import { pointerParts } from '../json/pointer.ts';
import type { Problem } from '../problem/problem.ts';
import { quoted } from '../problem/quoted.ts';

/** One document of a YAML or JSON file, with the way back from a JSON pointer to the place in the text. */
export interface SourceDocument {
  readonly value: unknown;
  readonly file: string;
  /** The document as the yaml library reads it, with the place of every sign. */
  readonly parsed: Document.Parsed;
  /** Line and column, from 1, of what the pointer names, or of its nearest ancestor that exists. */
  place(path: string): { readonly line: number; readonly column: number };
  /** Line and column, from 1, of an offset in the text of the file. */
  placeOfOffset(offset: number): { readonly line: number; readonly column: number };
}

/** Documents of at most this many characters are read; a policy or a manifest is a thousand times smaller. */
const MAX_DOCUMENT_CHARACTERS = 8 * 1024 * 1024;

/**
 * Reads every document of a YAML or JSON text; empty documents are left out. A key written twice, an unknown tag and an
 * alias that multiplies or contains itself are problems, never silently resolved.
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
  // the library looks for repeated keys in a time that grows with the square of their number: a minute for 60,000
  const strict = { lineCounter: lines, prettyErrors: false, stringKeys: true, uniqueKeys: false };
  // kubectl merges `<<` as well; the tokens say where each sign stands, for who edits the text
  const options = { ...strict, merge: true, keepSourceTokens: true };
  for (const parsed of parseAllDocuments(text, options)) {
    const faults = [...parsed.errors, ...parsed.warnings];
    for (const fault of faults) problems.push(syntaxProblem(fault, lines, file));
    if (faults.length > 0) continue;
    try {
      const passed = problemsLetPass(parsed, lines, file);
      for (const problem of passed) problems.push(problem);
      if (passed.length > 0) continue;
      const value: unknown = parsed.toJS({ maxAliasCount: 100 });
      const placeOfOffset = (offset: number) => placeAt(offset, lines);
      const place = (path: string) => placeOf(parsed, path, lines);
      if (value !== null) documents.push({ value, file, parsed, place, placeOfOffset });
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      problems.push(danglingAlias(parsed, lines, file) ?? { file, path: '', message: said });
    }
  }
  return { documents, problems };
}

/** What the library lets pass: a key that is written twice, and an alias within what it means, which has no end. */
function problemsLetPass(document: Document.Parsed, lines: LineCounter, file: string): Problem[] {
  const problems: Problem[] = [];
  const add = (node: { range?: Range | null | undefined }, message: string) =>
    problems.push({ file, ...placeAt(node.range?.[0] ?? 0, lines), path: '', message });
  visit(document, {
    Alias(_, alias, path) {
      const within = path.some((node) => isCollection(node) && node.anchor === alias.source);
      if (within) add(alias, `*${alias.source} stands within what it means; write out what is meant`);
    },
    Map(_, { items }) {
      const seen = new Set<string>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        const name = String(key.value);
        if (seen.has(name)) add(key, `the key ${quoted(name)} stands here again; keep one`);
        seen.add(name);
      }
    },
  });
  return problems;
}

/** The first alias that names nothing: the library tells of it without its place. */
function danglingAlias(document: Document.Parsed, lines: LineCounter, file: string): Problem | undefined {
  let problem: Problem | undefined;
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document) !== undefined) return undefined;
      const { line, col } = lines.linePos(alias.range?.[0] ?? 0);
      const message = `*${alias.source} refers to nothing; write &${alias.source} at a value above it, or remove it`;
      problem = { file, line, column: col, path: '', message };
      return visit.BREAK;
    },
  });
  return problem;
}

function syntaxProblem(fault: YAMLError, lines: LineCounter, file: string): Problem {
  const { line, col } = lines.linePos(fault.pos[0]);
  return { file, line, column: col, path: '', message: `${fault.message.trim()} (${fault.code})` };
}

function placeOf(document: Document.Parsed, path: string, lines: LineCounter): { line: number; column: number } {
  const parts = pointerParts(path);
  for (let depth = parts.length; depth >= 0; depth--) {
    const offset = offsetOf(document, parts.slice(0, depth));
    if (offset !== undefined) return placeAt(offset, lines);
  }
  return { line: 1, column: 1 };
}

function placeAt(offset: number, lines: LineCounter): { line: number; column: number } {
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
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
