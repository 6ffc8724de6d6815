import { isDeepStrictEqual } from 'node:util';
import { plainJson } from '../core/json/plain.ts';
import { Fault } from '../core/problem/faults.ts';
import { readDocuments } from '../core/yaml/documents.ts';
import { linedText } from '../core/yaml/text-changes.ts';

/** The text of a file and the values of its documents. */
interface Text {
  readonly file: string;
  readonly text: string;
  readonly values: readonly unknown[];
}

/**
 * Several files as one YAML stream, with a `---` only where one document would run into the next.
 * @throws Fault PIL002 when a file would say something else within the stream
 */
export function joinedTexts(texts: readonly Text[]): string {
  const [only] = texts;
  if (only !== undefined && texts.length === 1) return only.text;
  let joined = '';
  let hasDocuments = false;
  for (const { file, text, values } of texts) {
    const next = joined === '' ? text : text.replace(/^\uFEFF/, '');
    const between = hasDocuments && values.length > 0 ? markerBetween(joined, next) : '';
    joined = joined === '' ? next : joined + between + next;
    hasDocuments ||= values.length > 0;
    const { text: completed, completed: isChanged } = linedText(joined);
    if (isChanged && joined !== '' && !saysStill(linedText(text).text, values)) {
      const message = 'says something else with a line break at its end; end it with one';
      throw new Fault('PIL002', [{ file, path: '', message }]);
    }
    if (joined !== '') joined = completed;
  }
  return joined;
}

// a text in block style may end with the file, and a line break would be part of it
const saysStill = (text: string, values: readonly unknown[]): boolean =>
  isDeepStrictEqual(
    readDocuments(text, '').documents.map(({ value }) => plainJson(value)),
    values,
  );

function markerBetween(before: string, after: string): string {
  const { lineBreak } = linedText(before);
  const [first = ''] = significantLines(after);
  const last = significantLines(before).at(-1) ?? '';
  // a directive has to follow the end of a document
  if (first.startsWith('%')) return /^\.\.\.(\s|$)/.test(last) ? '' : `...${lineBreak}`;
  if (/^---(\s|$)/.test(first) || /^(---|\.\.\.)\s*(#.*)?$/.test(last)) return '';
  return `---${lineBreak}`;
}

const significantLines = (text: string): string[] =>
  text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .filter((line) => !/^\s*(#.*)?$/.test(line));
