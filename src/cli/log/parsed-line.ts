import { isUtf8 } from 'node:buffer';
import { type DecisionRecord, RECORD_SCHEMA } from '../../core/api/decision-record.ts';
import { isObject } from '../../core/json/is-object.ts';
import { isNestedDeeper } from '../../core/json/nesting.ts';
import { parsedJson } from '../../core/json/parsed.ts';
import type { Problem } from '../../core/problem/problem.ts';
import { auditEventOf, isAuditEvent } from '../../core/records/audit-event.ts';
import { auditedRecords } from '../../core/records/audited-record.ts';
import { isRecordSchema, otherVersion, readRecord } from '../../core/records/read-record.ts';
import { recordInGelf } from '../../telemetry/gelf-record.ts';

/** What a line tells; nothing where it is of another kind. */
export interface ParsedLine {
  readonly records: readonly DecisionRecord[];
  readonly problems: readonly Problem[];
}

const FOREIGN: ParsedLine = { records: [], problems: [] };

/** Reads a line as JSON: a record, a GELF message made from one, or an event of the API server’s audit log with what hooks wrote. */
export function parsedLine(line: Buffer): ParsedLine {
  const json = jsonOf(line);
  if ('problem' in json) return { records: [], problems: [json.problem] };
  const parsed = json.value;
  if (!isObject(parsed)) return FOREIGN;
  if (isAuditEvent(parsed)) return ofEvent(parsed);
  const value = recordInGelf(parsed) ?? parsed;
  if (!isRecordSchema(value.schema)) return FOREIGN;
  if (value.schema !== RECORD_SCHEMA) return { records: [], problems: [otherVersion(value.schema)] };
  const read = readRecord(value);
  return 'record' in read ? { records: [read.record], problems: [] } : { records: [], problems: [read.problem] };
}

/** The JSON value of a line, or why it is none. */
export function jsonOf(line: Buffer): { readonly value: unknown } | { readonly problem: Problem } {
  if (!isUtf8(line)) return problem(line.includes(0) ? BINARY : 'is not UTF-8 text');
  if (isNestedDeeper(line, MOST_LEVELS)) return problem(`is nested deeper than ${MOST_LEVELS} levels`);
  const text = line.toString('utf8');
  const value = parsedJson(text);
  return value === undefined ? problem(whatItIs(text)) : { value };
}

// a record has 4, an event of the audit log with the whole of a definition some 50
const MOST_LEVELS = 128;

const BINARY = 'is not text: it has bytes that are zero';

const problem = (message: string) => ({ problem: { path: '', message } });

function whatItIs(text: string): string {
  if (text.includes('\0')) return BINARY;
  // the beginning of a record, or an end of one
  return text.trimStart().startsWith('{') === text.trimEnd().endsWith('}')
    ? 'is not JSON'
    : 'is not JSON: it is cut off';
}

function ofEvent(value: Readonly<Record<string, unknown>>): ParsedLine {
  const told = auditedRecords(auditEventOf(value));
  return {
    records: told.flatMap((each) => ('record' in each ? each.record : [])),
    problems: told.flatMap((each) =>
      'problem' in each
        ? { ...each.problem, message: `${each.problem.message} (of hook ${each.hook} in an event)` }
        : [],
    ),
  };
}
