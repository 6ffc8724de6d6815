/**
 * `awaited`: not applied yet, or not as it is wanted now. `kept`: ours stands and is kept. `other`: what another Pillion rendered stands. `deleted`: somebody
 * deleted it, and that is respected.
 */
export type ObjectState = 'awaited' | 'kept' | 'other' | 'deleted';

export interface RegistrationMetrics {
  applied(result: 'applied' | 'failed'): void;
  /** `resource` is the plural of the kind; undefined: the object is no longer ours to keep. */
  state(resource: string, name: string, state: ObjectState | undefined): void;
  repaired(resource: string, name: string): void;
}
