import { freshStamps, type Stamps, stampsUnder } from '../stamps/stamps.ts';
import type { NamespaceChange } from './change.ts';

/** The annotations of a namespace that tell who changed its opt-in last, and when. Only Pillion writes them. */
export const STAMPS = {
  enabledBy: 'pillion.io/enabled-by',
  enabledAt: 'pillion.io/enabled-at',
  disabledBy: 'pillion.io/disabled-by',
  disabledAt: 'pillion.io/disabled-at',
} as const;

type Stamp = (typeof STAMPS)[keyof typeof STAMPS];

/** All of them, in the order in which they are written. */
export const STAMP_KEYS: readonly Stamp[] = Object.values(STAMPS);

/** The stamps that a namespace carries. */
export type NamespaceStamps = Stamps<Stamp>;

/** The stamps of a namespace among annotations of unknown shape. */
export const stampsIn = (annotations: unknown): NamespaceStamps => stampsUnder(STAMP_KEYS, annotations);

const PAIRS = {
  opened: [STAMPS.enabledBy, STAMPS.enabledAt],
  closed: [STAMPS.disabledBy, STAMPS.disabledAt],
} as const satisfies Record<string, readonly [Stamp, Stamp]>;

/**
 * The stamps a namespace has to carry after a change: new ones when its opt-in changes, otherwise exactly those it had, so
 * that whoever replaces it from a file does not lose them and nobody can write them.
 * @param before what it had
 * @param written what the new object carries
 */
export function stampsAfter(
  { course, underDeletion }: Pick<NamespaceChange, 'course' | 'underDeletion'>,
  { before, written }: { readonly before: NamespaceStamps; readonly written: NamespaceStamps },
  user: string,
  now: Date,
): NamespaceStamps {
  return underDeletion || course === 'kept' ? before : freshStamps<Stamp>(PAIRS[course], user, now, written);
}
