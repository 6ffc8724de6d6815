import { canonicalJson, digest } from '../../core/json/canonical.ts';
import type { ObjectMetadata } from '../object-metadata.ts';
import type { AppliedObject } from './registered-objects.ts';

/** Says of which rendering an object is, so that two Pillions with different policies do not apply against each other. */
export const DIGEST_ANNOTATION = 'pillion.io/registration-digest';

/** The object with the digest of its content as an annotation, and that digest. */
export function withDigest(object: AppliedObject): { readonly object: AppliedObject; readonly digest: string } {
  const own = digest(canonicalJson(object));
  const annotations = { ...object.metadata.annotations, [DIGEST_ANNOTATION]: own };
  return { object: { ...object, metadata: { ...object.metadata, annotations } }, digest: own };
}

/** The digest that stands on an object. */
export const digestOn = ({ annotations }: ObjectMetadata): string | undefined => annotations?.[DIGEST_ANNOTATION];
