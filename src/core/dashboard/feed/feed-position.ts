import type { FeedEntry } from '../decisions.ts';
import type { FeedRing, HeldDecision } from './feed-ring.ts';

/** Where a decision stands among those of all replicas: ordered by time, and of one run by its sequence. */
interface Place {
  readonly atMs: number;
  readonly run: string;
  readonly sequence: number;
}

/** Up to where the feed is known. */
export interface FeedPosition {
  /** Of each run that is known up to which sequence. */
  readonly runs: ReadonlyMap<string, number>;
  /** Of any other run everything up to here; undefined where nothing of it is known. */
  readonly floor?: Place;
}

const ID = /^(\d{13})-([0-9a-z]{1,32})-(\d{1,15})$/;
const OF_RUN = /^([0-9a-z]{1,32})\.(\d{1,15})$/;
/** An id names at most so many runs; more replicas than that are not asked. */
export const MOST_RUNS = 32;

/** The id of a decision; texts of them are ordered as the places are, but for those of the same millisecond. */
export const entryId = ({ run }: Pick<FeedRing, 'run'>, { atMs, sequence }: Pick<HeldDecision, 'atMs' | 'sequence'>) =>
  `${String(Math.max(0, Math.round(atMs))).padStart(13, '0')}-${run}-${sequence}`;

/** Everything up to a moment. */
export const positionAt = (atMs: number): FeedPosition => ({ runs: new Map(), floor: { atMs, run: '0', sequence: 0 } });

/** The id of an event: with it a stream goes on exactly, on any replica. */
export const positionText = ({ runs, floor }: FeedPosition): string =>
  [
    ...(floor === undefined ? [] : [entryId(floor, floor)]),
    ...[...runs].map(([run, sequence]) => `${run}.${sequence}`),
  ].join(',');

/** Reads the id of an entry or of an event; undefined for what is neither. */
export function positionOf(text: string): FeedPosition | undefined {
  const [first = '', ...others] = text.split(',');
  const floor = placeOf(first);
  const parts = floor === undefined ? [first, ...others] : others;
  const found = parts.map((part) => OF_RUN.exec(part));
  if (found.length > MOST_RUNS || found.includes(null)) return undefined;
  const runs = new Map(found.map((of) => [of?.[1] ?? '', Number(of?.[2])]));
  return { runs, ...(floor !== undefined && { floor }) };
}

/** The place that an id names. */
export function placeOf(id: string): Place | undefined {
  const [, atMs, run, sequence] = ID.exec(id) ?? [];
  return run === undefined ? undefined : { atMs: Number(atMs), run, sequence: Number(sequence) };
}

/** Whether one place comes after another: above 0 when so. */
export const comparePlaces = (one: Place, other: Place): number =>
  one.atMs - other.atMs || (one.run === other.run ? one.sequence - other.sequence : one.run < other.run ? -1 : 1);

/**
 * Behind which sequence of a ring a position goes on. Of a run that the position names it says so itself: a copy on another replica may not have
 * come so far yet. One that it does not name is new since then, or was not reached: what came after the floor is told.
 */
export function startIn(ring: FeedRing, { runs, floor }: FeedPosition): number {
  const known = runs.get(ring.run);
  if (known !== undefined) return known;
  if (floor === undefined) return 0;
  const { run } = ring;
  if (floor.run === run) return floor.sequence;
  const next = ring.all.find((held) => comparePlaces({ run, ...held }, floor) > 0);
  return next === undefined ? ring.last : next.sequence - 1;
}

/**
 * Where these rings stand: with it a stream goes on behind all that they hold.
 * @param atMs now, for runs that are not here
 */
export const positionIn = (rings: readonly FeedRing[], atMs: number): FeedPosition => ({
  ...positionAt(atMs),
  runs: new Map(rings.map((ring) => [ring.run, ring.last])),
});

/** A decision as the API tells it. */
export const entryOf = (ring: FeedRing, held: HeldDecision): FeedEntry => ({
  id: entryId(ring, held),
  replica: ring.replica,
  record: held.record,
});
