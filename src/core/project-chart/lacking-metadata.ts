import { fieldsOf } from '../json/fields-of.ts';
import { pointerParts } from '../json/pointer.ts';
import { metadataOf } from '../kubernetes/metadata.ts';
import type { Problem } from '../problem/problem.ts';
import { quoted } from '../problem/quoted.ts';
import { templateLines } from './template-lines.ts';

/** Something with metadata that a template made. */
export interface Rendered {
  /** The template, as Helm names it: CHART/templates/FILE. */
  readonly template: string;
  /** The object, as people name it: Deployment web. */
  readonly name: string;
  /** What carries the metadata: the object itself, or the template of its pods. */
  readonly carrier: unknown;
  /** JSON pointer from the object to it. */
  readonly at: string;
}

/** Entries of annotations or labels, and the dotted path at which the values of the chart have them. */
export interface WantedEntries {
  readonly field: 'annotations' | 'labels';
  readonly entries: Readonly<Record<string, string>>;
  readonly valuesAt: string;
}

/** What something lacks of the entries, and the lines that its template would give them with; nothing when it has them. */
export function lackingMetadata(
  { template: file, name, carrier, at }: Rendered,
  { field, entries, valuesAt }: WantedEntries,
): readonly Problem[] {
  const found = fieldsOf(metadataOf(carrier)[field]);
  const wrong = Object.entries(entries).filter(([key, value]) => !Object.hasOwn(found, key) || found[key] !== value);
  if (wrong.length === 0) return [];
  const told = wrong.map(([key, value]) =>
    Object.hasOwn(found, key)
      ? `${key} is ${quoted(String(found[key]))} in place of ${quoted(value)}`
      : `${key}: ${quoted(value)} is missing`,
  );
  const message = `${name}: ${told.join(', ')}; the template ignores .Values.${valuesAt} here. It needs these lines, the first unless it stands there:`;
  return [
    { file, path: `${at}/metadata/${field}`, message },
    ...templateLines(field, valuesAt, pointerParts(at).length).map((line) => ({ path: '', message: `  ${line}` })),
  ];
}
