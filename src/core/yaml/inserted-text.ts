import { parse, stringify } from 'yaml';
import { canonicalJson } from '../json/canonical.ts';

/** How the text is laid out that something is inserted into. */
export interface Layout {
  readonly lineBreak: '\n' | '\r\n';
  /** Columns from a map to one that is nested in it. */
  readonly step: number;
  /** Columns from a key to the dashes of its list. */
  readonly listStep: number;
}

/** A pair as lines of a block map at this column. */
export function pairLines(key: string, value: unknown, column: number, layout: Layout): string {
  return indented(blockText({ [key]: value }, layout), ' '.repeat(column), layout);
}

/** A list item as lines of a block list whose dashes stand at this column. */
export function itemLines(value: unknown, column: number, layout: Layout): string {
  const lines = blockText(value, layout).split('\n');
  const text = lines.map((line, index) => (index === 0 ? `- ${line}` : line === '' ? '' : `  ${line}`)).join('\n');
  return indented(text, ' '.repeat(column), layout);
}

/** The members of a map or list as lines, at the column where the first one begins. */
export function memberLines(value: object, column: number, layout: Layout): string {
  if (Array.isArray(value)) return value.map((item) => itemLines(item, column, layout)).join('');
  return Object.entries(value)
    .map(([key, member]) => pairLines(key, member, column, layout))
    .join('');
}

// a text of several lines is a block of its own, in which an empty line has no indentation
const indented = (text: string, indentation: string, { lineBreak }: Layout): string =>
  text
    .split('\n')
    .map((line) => (line === '' ? '' : indentation + line) + lineBreak)
    .join('');

/**
 * A value as YAML in block style. kubectl reads YAML 1.1, where `off` is no text, and the yaml library 1.2, where `0o17` is
 * none: what one of them would take for something else is quoted.
 */
function blockText(value: unknown, { step, listStep }: Layout): string {
  const options = { version: '1.1', indent: step, indentSeq: listStep > 0, lineWidth: 0 } as const;
  const text = stringify(value, { ...options, aliasDuplicateObjects: false }).trimEnd();
  const same = (version: '1.1' | '1.2') => canonicalJson(parse(text, { version })) === canonicalJson(value);
  if (same('1.1') && same('1.2')) return text;
  const quoted = { defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'QUOTE_DOUBLE', blockQuote: false } as const;
  return stringify(value, { ...options, ...quoted, aliasDuplicateObjects: false }).trimEnd();
}

/** A text, number or null as it stands behind a key of a block map, on one line. */
export function scalarText(value: unknown, layout: Layout): string {
  const text = blockText(value, layout);
  return text.includes('\n') ? flowText(value, layout.lineBreak) : text;
}

/**
 * A value as YAML in flow style, which is JSON.
 * @param indentation of the line it begins on, when it is to be written on several lines
 * @param unit one more level of indentation
 */
export function flowText(value: unknown, lineBreak: string, indentation?: string, unit = '  '): string {
  const text = indentation === undefined ? JSON.stringify(value) : JSON.stringify(value, null, unit);
  // YAML 1.1 takes the first three for line breaks
  const safe = text.replace(/[\u0085\u2028\u2029\u007f-\u009f\ufeff]/g, (sign) => {
    return `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  return safe.split('\n').join(`${lineBreak}${indentation ?? ''}`);
}
