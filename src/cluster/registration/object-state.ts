/**
 * `awaited`: not applied yet, or not as it is wanted now. `kept`: ours stands and is kept. `other`: what another Pillion rendered stands. `deleted-by-hand`:
 * somebody deleted it, and that is respected.
 * Where the objects are kept by hand: `drifted` is other than rendered, `missing` does not stand, `left-over` stands and is not rendered.
 */
export type ObjectState = 'awaited' | 'kept' | 'other' | 'deleted-by-hand' | 'drifted' | 'missing' | 'left-over';

export interface RegistrationMetrics {
  applied(result: 'applied' | 'failed'): void;
  /** `resource` is the plural of the kind; undefined: the object is no longer ours to keep. */
  state(resource: string, name: string, state: ObjectState | undefined): void;
  repaired(resource: string, name: string): void;
}
