import { Compile } from 'typebox/compile';
import { DecisionRecord, RECORD_SCHEMA } from '../api/decision-record.ts';
import { opened } from '../api/opened.ts';
import type { Problem } from '../problem/problem.ts';
import { quoted } from '../problem/quoted.ts';

// a later Pillion may say more
const compiled = Compile(opened(DecisionRecord));

/** Takes a value of unknown shape as a record, or says the first thing that is wrong with it. */
export function readRecord(value: unknown): { readonly record: DecisionRecord } | { readonly problem: Problem } {
  if (compiled.Check(value)) return { record: value };
  const [error] = compiled.Errors(value);
  const message = `is a record that cannot be read: ${error?.message ?? 'unknown'}`;
  return { problem: { path: error?.instancePath ?? '', message } };
}

const ANY_VERSION = RECORD_SCHEMA.replace(/v\d+$/, '');

/** Whether a schema is that of a record, of whatever version. */
export const isRecordSchema = (schema: unknown): schema is string =>
  typeof schema === 'string' && schema.startsWith(ANY_VERSION);

/** A record of another version is named, and not passed over. */
export const otherVersion = (schema: string): Problem => ({
  path: '/schema',
  message: `is ${quoted(schema)}; this version reads ${RECORD_SCHEMA}: use the Pillion that wrote it`,
});
