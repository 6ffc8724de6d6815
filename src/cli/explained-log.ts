import type { DecisionRecord } from '../core/api/decision-record.ts';
import { readRecord } from '../core/records/read-record.ts';
import { EVERY_RECORD, wantedBy } from '../core/records/record-filter.ts';
import { needlesOf } from '../core/records/scan/needles.ts';
import { tellAhead, tellBroken } from './broken-lines.ts';
import type { Environment } from './environment.ts';
import { readLogs } from './log/read-logs.ts';

/**
 * The records about some namespaces in logs of any kind that `audit` reads. Lines that cannot be read are told on stderr.
 * @throws Fault PIL001
 */
export async function recordsInLogs(
  files: readonly string[],
  namespaces: ReadonlySet<string>,
  environment: Environment,
): Promise<readonly DecisionRecord[]> {
  const records: DecisionRecord[] = [];
  const filter = { ...EVERY_RECORD, namespaces: [...namespaces] };
  const wanted = wantedBy(filter);
  const lines = await readLogs(
    {
      files,
      needles: needlesOf(filter),
      take: (facts, ms, json) => {
        if (!wanted(facts, ms)) return;
        const read = readRecord(JSON.parse(json().toString('utf8')));
        if ('record' in read) records.push(read.record);
      },
    },
    environment,
  );
  tellBroken([lines], environment);
  tellAhead(lines, environment);
  return records;
}
