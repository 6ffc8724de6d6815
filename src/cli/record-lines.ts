import { type DecisionRecord, RECORD_SCHEMA } from '../core/api/decision-record.ts';
import { isObject } from '../core/json/is-object.ts';
import type { Problem } from '../core/problem/problem.ts';
import { isRecordSchema, otherVersion, readRecord } from '../core/records/read-record.ts';
import { recordInGelf } from '../telemetry/gelf-record.ts';
import type { BrokenLines } from './broken-lines.ts';
import { eachJsonLine } from './each-json-line.ts';
import type { Environment } from './environment.ts';

/**
 * Hands over the decision records of a log, as `pillion serve` writes them to stdout: as JSON, or as GELF messages, which do not tell the
 * labels and annotations that decided. Lines of another kind, such as the log of the program itself, are passed over.
 * @param path a file, or `-` for stdin
 * @throws Fault PIL001
 */
export const eachRecordLine = (
  path: string,
  environment: Pick<Environment, 'readBytes'>,
  take: (record: DecisionRecord) => void,
): Promise<BrokenLines> => eachJsonLine(path, environment, (parsed) => taken(parsed, take));

function taken(parsed: unknown, take: (record: DecisionRecord) => void): Problem | undefined {
  const value = recordInGelf(parsed) ?? parsed;
  if (!isObject(value) || !isRecordSchema(value.schema)) return undefined;
  if (value.schema !== RECORD_SCHEMA) return otherVersion(String(value.schema));
  const read = readRecord(value);
  if ('problem' in read) return read.problem;
  take(read.record);
  return undefined;
}
