import type { AppliedObject } from './registered-objects.ts';

/** How an object is wanted, and who waits for it. */
export interface Wanted {
  readonly object: AppliedObject;
  readonly digest: string;
  /** Told once whether it came to stand, or something else is wanted. */
  readonly settle: (stands: boolean) => void;
  pending: boolean;
}
