import { Compile } from 'typebox/compile';
import { DecisionRecord } from '../api/decision-record.ts';
import type { Problem } from '../problem/problem.ts';

const compiled = Compile(DecisionRecord);

/** Takes a value of unknown shape as a record, or says the first thing that is wrong with it. */
export function readRecord(value: unknown): { readonly record: DecisionRecord } | { readonly problem: Problem } {
  if (compiled.Check(value)) return { record: value };
  const [error] = compiled.Errors(value);
  const message = `is a record that cannot be read: ${error?.message ?? 'unknown'}`;
  return { problem: { path: error?.instancePath ?? '', message } };
}
