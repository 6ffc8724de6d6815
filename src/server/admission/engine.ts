import type { admit, injectedPodsToCount, namespaceToRead } from '../../core/admission/admit.ts';
import type { failed } from '../../core/admission/fail.ts';
import type { objectsToRead } from '../../core/admission/policy-objects-to-read.ts';

/** The decision itself, as the listener needs it; the composition passes the one of `core`. */
export interface Engine {
  readonly admit: typeof admit;
  readonly failed: typeof failed;
  readonly namespaceToRead: typeof namespaceToRead;
  readonly injectedPodsToCount: typeof injectedPodsToCount;
  readonly objectsToRead: typeof objectsToRead;
}
