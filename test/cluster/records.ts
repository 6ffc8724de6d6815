import { readFile } from 'node:fs/promises';
import { type DecisionRecord, RECORD_SCHEMA } from '../../src/core/api/decision-record.ts';

/** One entry of the API server's audit log, as far as tests read it. */
export interface AuditEvent {
  readonly verb: string;
  readonly requestURI: string;
  readonly objectRef?: { readonly resource?: string; readonly namespace?: string; readonly name?: string };
  readonly annotations?: Readonly<Record<string, string>>;
}

/** The decision records in the output of a process; lines of its log and one that is still being written are left out. */
export async function recordsIn(log: string): Promise<DecisionRecord[]> {
  const lines = await jsonLines(log);
  return lines.filter((line): line is DecisionRecord => (line as Partial<DecisionRecord>).schema === RECORD_SCHEMA);
}

/** The events in the API server's audit log. */
export const auditEventsIn = async (log: string): Promise<AuditEvent[]> => (await jsonLines(log)) as AuditEvent[];

async function jsonLines(file: string): Promise<object[]> {
  const text = await readFile(file, 'utf8');
  // what follows the last line break is a line that is being written
  return text
    .split('\n')
    .slice(0, -1)
    .flatMap((line) => {
      // a library may write a warning of its own
      if (!line.startsWith('{')) return [];
      return [JSON.parse(line) as object];
    });
}
