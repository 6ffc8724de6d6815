import type { FeedEntry } from '../decisions.ts';
import type { FeedRing, HeldDecision } from './feed-ring.ts';

/** Where a decision stands among those of all replicas: ordered by time, and of one run by its sequence. */
interface Place {
  readonly atMs: number;
  readonly run: string;
  readonly sequence: number;
}

/** Up to where the feed is known: of each run the last sequence, or everything up to one place. */
export type FeedPosition = ReadonlyMap<string, number> | Place;

const ID = /^(\d{13})-([0-9a-z]{1,32})-(\d{1,15})$/;
const OF_RUN = /^([0-9a-z]{1,32})\.(\d{1,15})$/;
// more replicas than that are not asked
const MOST_RUNS = 32;

/** The id of a decision; texts of them are ordered as the places are, but for those of the same millisecond. */
export const entryId = ({ run }: Pick<FeedRing, 'run'>, { atMs, sequence }: Pick<HeldDecision, 'atMs' | 'sequence'>) =>
  `${String(Math.max(0, Math.round(atMs))).padStart(13, '0')}-${run}-${sequence}`;

/** The id of an event: with it a stream goes on exactly, on any replica. */
export const positionText = (position: ReadonlyMap<string, number>): string =>
  [...position].map(([run, sequence]) => `${run}.${sequence}`).join(',');

/** Reads the id of an entry or of an event; undefined for what is neither. */
export function positionOf(text: string): FeedPosition | undefined {
  const place = placeOf(text);
  if (place !== undefined) return place;
  const runs = text.split(',').map((part) => OF_RUN.exec(part));
  if (runs.length > MOST_RUNS || runs.includes(null)) return undefined;
  return new Map(runs.map((found) => [found?.[1] ?? '', Number(found?.[2])]));
}

/** The place that an id names. */
export function placeOf(id: string): Place | undefined {
  const [, atMs, run, sequence] = ID.exec(id) ?? [];
  return run === undefined ? undefined : { atMs: Number(atMs), run, sequence: Number(sequence) };
}

/** Whether one place comes after another: above 0 when so. */
export const comparePlaces = (one: Place, other: Place): number =>
  one.atMs - other.atMs || (one.run === other.run ? one.sequence - other.sequence : one.run < other.run ? -1 : 1);

/** What of a ring comes after a position. A run that the position does not know is new since then. */
export function heldAfter(ring: FeedRing, position: FeedPosition): readonly HeldDecision[] {
  if (!('run' in position)) return ring.after(position.get(ring.run) ?? 0);
  const { run } = ring;
  return ring.all.filter((held) => comparePlaces({ run, ...held }, position) > 0);
}

/** A decision as the API tells it. */
export const entryOf = (ring: FeedRing, held: HeldDecision): FeedEntry => ({
  id: entryId(ring, held),
  replica: ring.replica,
  record: held.record,
});
