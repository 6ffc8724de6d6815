import type { Hint } from '../decision/hints.ts';
import { isObject } from '../json/is-object.ts';
import { metadataOf } from '../kubernetes/metadata.ts';
import { replacedStamps, type Stamps, stampOperations, stampsUnder } from '../stamps/stamps.ts';
import { type Patch, patchWith } from './patch.ts';
import type { AdmissionRequest } from './review.ts';

/**
 * The patch that puts the stamps of a change on its object, and a hint for each one that the caller wrote.
 * @param keys of the stamps that objects of this kind can carry
 * @param stampsAfter the stamps that have to stand there, from those of the old object and those that the caller wrote
 */
export function stamped<K extends string>(
  { object, oldObject, operation }: AdmissionRequest,
  keys: readonly K[],
  stampsAfter: (stamps: { readonly before: Stamps<K>; readonly written: Stamps<K> }) => Stamps<K>,
): { readonly patch: Patch | undefined; readonly hints: readonly Hint[] } {
  const metadata = metadataOf(object);
  const before = stampsUnder(keys, operation === 'UPDATE' ? metadataOf(oldObject).annotations : undefined);
  const after = stampsAfter({ before, written: stampsUnder(keys, metadata.annotations) });
  const readable = isObject(object) && isObject(object.metadata);
  const operations = readable ? stampOperations(keys, metadata, after) : [];
  return {
    patch: operations.length === 0 ? undefined : patchWith(operations),
    hints: replacedStamps(keys, metadata.annotations, before, after).map(replacedHint),
  };
}

const replacedHint = (key: string): Hint => ({
  code: 'stamp-replaced',
  message: `the annotation ${key} is written by Pillion; your value was replaced`,
});
