import type { ObjectMetadata } from '../object-metadata.ts';
import { FIELD_MANAGER } from './registered-objects.ts';

/**
 * Who wrote an object last, by the API server's own notes. Whoever only removed something leaves no note, and is `unknown`: then
 * the API server's audit log has the name.
 */
export function changedBy({ managedFields = [] }: ObjectMetadata): string {
  // RFC 3339 in UTC with seconds, so that the order of texts is the order of times; who wrote in the second of our own last
  // write stands behind us
  const last = managedFields.toSorted(
    (one, other) =>
      (one.time ?? '').localeCompare(other.time ?? '') ||
      Number(one.manager !== FIELD_MANAGER) - Number(other.manager !== FIELD_MANAGER),
  );
  const manager = last.at(-1)?.manager;
  return manager === undefined || manager === FIELD_MANAGER ? 'unknown' : manager;
}
