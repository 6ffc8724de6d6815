import { isScalar } from 'yaml';
import { isObject } from '../json/is-object.ts';
import { pointerParts } from '../json/pointer.ts';
import { shown } from '../policy/read-object.ts';
import type { Problem } from '../problem/problem.ts';
import { readDocuments, type SourceDocument } from '../yaml/documents.ts';
import { problemIn, type StandingText, textWithin } from './standing-text.ts';

type Json = Readonly<Record<string, unknown>>;

/** One text that Istio’s injector is configured with, read. */
export interface IstioText {
  readonly value: Json;
  /** A problem at a JSON pointer into the text. */
  problemAt(path: string, message: string): Problem;
  /** A scalar as it is written: 1.30 is a number to YAML, and as a number another one. */
  written(path: string): string | undefined;
  /** A text that stands in this one. */
  within(path: string, text: string): StandingText;
}

/** Reads the YAML or JSON of a key; nothing but comments is an empty map. */
export function readIstioText(
  standing: StandingText,
): { readonly read: IstioText } | { readonly problems: readonly Problem[] } {
  const { documents, problems } = readDocuments(standing.text, standing.file);
  if (problems.length > 0)
    return {
      problems: problems.map(({ line = 1, column = 1, path, message }) =>
        problemIn(standing, { line, column }, path, message),
      ),
    };
  const [document, second] = documents;
  if (document === undefined) return { read: emptyText(standing) };
  if (second !== undefined)
    return { problems: [problemIn(standing, second.place(''), '', 'has more than one document; keep one')] };
  const { value } = document;
  if (!isObject(value))
    return { problems: [problemIn(standing, document.place(''), '', `is ${shown(value)}; accepted: a map`)] };
  return { read: textOf(standing, document, value) };
}

const textOf = (standing: StandingText, document: SourceDocument, value: Json): IstioText => ({
  value,
  problemAt: (path, message) => problemIn(standing, document.place(path), path, message),
  written: (path) => {
    const node: unknown = document.parsed.getIn(pointerParts(path), true);
    return isScalar(node) ? (node.source ?? String(node.value)) : undefined;
  },
  within: (path, text) => textWithin(document, path, standing.path + path, text, standing.position),
});

const emptyText = (standing: StandingText): IstioText => ({
  value: {},
  problemAt: (path, message) => problemIn(standing, { line: 1, column: 1 }, path, message),
  written: () => undefined,
  within: (path, text) => ({ ...standing, path: standing.path + path, text }),
});
