import type { DecisionRecord } from '../../api/decision-record.ts';
import { isoTime } from '../../json/iso-time.ts';
import type { FeedPage } from '../decisions.ts';
import type { Overview } from '../overview.ts';
import { type Position, pageAfter, type Reading } from '../page-of.ts';
import { comparePlaces, entryId, entryOf, placeOf } from './feed-position.ts';
import type { FeedRing, HeldDecision } from './feed-ring.ts';

/** A page of what all these rings hold, the newest first. */
export function feedPage(
  rings: readonly FeedRing[],
  position: Position,
  matches: (record: DecisionRecord) => boolean,
  { asOf, remarks }: Reading,
): FeedPage {
  const found = rings
    .flatMap((ring) => ring.all.filter(({ record }) => matches(record)).map((held) => placed(ring, held)))
    .sort((one, other) => comparePlaces(other, one));
  const start = position.after === undefined ? undefined : placeOf(position.after);
  const { items, ...page } = pageAfter(found, position, {
    matches: () => true,
    isAfter: (row) => start !== undefined && comparePlaces(row, start) < 0,
    keyOf: ({ ring, held }) => entryId(ring, held),
  });
  return { items: items.map(({ ring, held }) => entryOf(ring, held)), ...page, asOf, remarks: [...remarks] };
}

const placed = (ring: FeedRing, held: HeldDecision) => {
  const { atMs, sequence } = held;
  return { ring, held, run: ring.run, atMs, sequence };
};

/**
 * What these rings hold, counted.
 * @param since when this replica began to remember; another one may remember more
 */
export function countedVerdicts(rings: readonly FeedRing[], since: Date): Overview['verdicts'] {
  const byVerdict = new Map<string, number>();
  const byReason = new Map<string, Overview['verdicts']['byReason'][number]>();
  let sinceMs = since.getTime();
  for (const ring of rings) {
    sinceMs = Math.min(sinceMs, ring.all[0]?.atMs ?? sinceMs);
    for (const { record } of ring.all) {
      const { verdict, reason } = record;
      byVerdict.set(verdict, (byVerdict.get(verdict) ?? 0) + 1);
      const key = `${verdict}/${reason}`;
      byReason.set(key, { reason, verdict, count: (byReason.get(key)?.count ?? 0) + 1 });
    }
  }
  return {
    since: isoTime(new Date(sinceMs)),
    byVerdict: Object.fromEntries(byVerdict),
    byReason: [...byReason.values()].sort((one, other) => other.count - one.count),
  };
}
