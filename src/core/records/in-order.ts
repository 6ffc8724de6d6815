import type { DecisionRecord } from '../api/decision-record.ts';

/** A record with its time in milliseconds since 1970. */
export interface TimedRecord {
  readonly record: DecisionRecord;
  readonly ms: number;
}

/**
 * Records in the order of time, each once: logs that overlap tell the same answer twice. A review is known by its uid, and the
 * first record of it counts. What was only tried left nothing behind, and is left out.
 */
export function inOrder(records: readonly DecisionRecord[]): readonly TimedRecord[] {
  const answered = new Set<string>();
  return records
    .filter(({ dryRun }) => !dryRun)
    .map((record) => ({ record, ms: Date.parse(record.time) }))
    .sort((one, other) => one.ms - other.ms)
    .filter(({ record: { hook, uid, recordId } }) => {
      const review = `${hook} ${uid || recordId}`;
      const first = !answered.has(review);
      answered.add(review);
      return first;
    });
}
