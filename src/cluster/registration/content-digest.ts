import { canonicalJson, digest } from '../../core/json/canonical.ts';
import type { ObjectMetadata } from '../object-metadata.ts';
import type { AppliedObject } from './registered-objects.ts';

/** Says of which rendering an object is, so that two Pillions with different policies do not apply against each other. */
export const DIGEST_ANNOTATION = 'pillion.io/registration-digest';

// what the policy renders, then what the API server is to trust, which changes by itself
const AND = '.';

/** The object with the digest of its content as an annotation, and that digest. */
export function withDigest(object: AppliedObject): { readonly object: AppliedObject; readonly digest: string } {
  const bundles: string[] = [];
  const rendered: unknown = JSON.parse(
    JSON.stringify(object, (key, value) => {
      if (key !== 'caBundle') return value;
      bundles.push(value);
      return undefined;
    }),
  );
  const parts = [rendered, ...(bundles.length === 0 ? [] : [bundles])];
  const own = parts.map((part) => digest(canonicalJson(part))).join(AND);
  const annotations = { ...object.metadata.annotations, [DIGEST_ANNOTATION]: own };
  return { object: { ...object, metadata: { ...object.metadata, annotations } }, digest: own };
}

/** The digest that stands on an object. */
export const digestOn = ({ annotations }: ObjectMetadata): string | undefined => annotations?.[DIGEST_ANNOTATION];

/** Whether two digests are of what one policy renders, whatever the API server is to trust in each. */
export const ofOneRendering = (one: string | undefined, other: string): boolean =>
  one?.split(AND)[0] === other.split(AND)[0];
