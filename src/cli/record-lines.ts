import { type DecisionRecord, RECORD_SCHEMA } from '../core/api/decision-record.ts';
import { isObject } from '../core/json/is-object.ts';
import { parsedJson } from '../core/json/parsed.ts';
import { Fault } from '../core/problem/faults.ts';
import type { Problem } from '../core/problem/problem.ts';
import { quoted } from '../core/problem/quoted.ts';
import { readRecord } from '../core/records/read-record.ts';
import type { Environment } from './environment.ts';

/** The records of a log. Lines of another kind, such as the log of the program itself, are passed over. */
export interface RecordLines {
  readonly records: readonly DecisionRecord[];
  /** How many lines are no JSON, or a record that does not meet its schema. */
  readonly broken: number;
  /** The first of those, each with its number. */
  readonly problems: readonly Problem[];
}

const MOST_PROBLEMS = 5;

/**
 * Reads decision records from log lines, as `pillion serve` writes them to stdout.
 * @param path a file, or `-` for stdin
 * @param wanted says which are kept: a log may hold more than fits into memory
 * @throws Fault PIL001
 */
export async function readRecordLines(
  path: string,
  { readLines }: Pick<Environment, 'readLines'>,
  wanted: (record: DecisionRecord) => boolean,
): Promise<RecordLines> {
  const file = path === '-' ? 'stdin' : path;
  const records: DecisionRecord[] = [];
  const problems: Problem[] = [];
  let broken = 0;
  let number = 0;
  try {
    for await (const line of readLines(path)) {
      number++;
      const { record, problem } = recordIn(line);
      if (record !== undefined && wanted(record)) records.push(record);
      if (problem === undefined) continue;
      broken++;
      if (problems.length < MOST_PROBLEMS) problems.push({ file, line: number, ...problem });
    }
  } catch (cause) {
    throw new Fault('PIL001', [{ file, path: '', message: (cause as Error).message }], cause);
  }
  return { records, broken, problems };
}

function recordIn(line: string): { readonly record?: DecisionRecord; readonly problem?: Problem } {
  if (line.trim() === '') return {};
  const value = parsedJson(line);
  if (value === undefined) return { problem: { path: '', message: 'is not JSON' } };
  const isRecord = isObject(value) && typeof value.schema === 'string' && value.schema.startsWith(ANY_VERSION);
  if (!isRecord) return {};
  if (value.schema === RECORD_SCHEMA) return readRecord(value);
  const message = `is ${quoted(String(value.schema))}; this version reads ${RECORD_SCHEMA}: use the Pillion that wrote it`;
  return { problem: { path: '/schema', message } };
}

// a record of another version is named, and not passed over
const ANY_VERSION = RECORD_SCHEMA.replace(/v\d+$/, '');
