import type { DecisionRecord } from '../api/decision-record.ts';
import type { RecordFacts } from './record-facts.ts';

/** A record with its time in milliseconds since 1970. */
export interface TimedRecord<R extends RecordFacts = DecisionRecord> {
  readonly record: R;
  readonly ms: number;
}

/**
 * Records in the order of time, each once: logs that overlap tell the same answer twice. A review is known by its uid, and the
 * first record of it counts. An event of the API server’s audit log does not tell the uid: its record is left out when Pillion’s own
 * of the same decision is there. What was only tried left nothing behind, and is left out.
 */
export function inOrder<R extends RecordFacts>(records: readonly R[]): readonly TimedRecord<R>[] {
  const answered = new Set<string>();
  const own = new Set(records.filter(({ uid }) => uid !== '').map(decisionOf));
  return records
    .filter((record) => !record.dryRun && (record.uid !== '' || !own.has(decisionOf(record))))
    .map((record) => ({ record, ms: Date.parse(record.time) }))
    .sort((one, other) => one.ms - other.ms)
    .filter(({ record }) => {
      const review = reviewOf(record);
      const first = !answered.has(review);
      answered.add(review);
      return first;
    });
}

/** What two records of the same review in logs of the same kind have in common. */
export const reviewOf = (record: RecordFacts): string =>
  record.uid === '' ? decisionOf(record) : `${record.hook} ${record.uid}`;

// the id alone stands on the pod, where anybody can copy it
const decisionOf = ({ hook, recordId, namespace, user, podUid, controllerUid }: RecordFacts): string =>
  JSON.stringify([hook, recordId, namespace, user, podUid, controllerUid]);
