import { isObject } from '../json/is-object.ts';
import { metadataOf } from '../kubernetes/metadata.ts';
import type { PolicyKind } from '../policy/policy-objects.ts';
import type { PolicyObjectChange } from './known-objects.ts';
import type { AdmissionRequest } from './review.ts';

const KINDS: ReadonlyMap<string, PolicyKind> = new Map([
  ['injectionpolicies', 'InjectionPolicy'],
  ['sidecarprofiles', 'SidecarProfile'],
  ['rolloutplans', 'RolloutPlan'],
]);

/**
 * The name of the object that is created, changed or deleted. Where the API server chooses the name, and where a whole collection is deleted,
 * only the object has it.
 */
export function objectName({ name, object, oldObject }: AdmissionRequest): string {
  const given = metadataOf(object ?? oldObject).name;
  return name || (typeof given === 'string' ? given : '');
}

/** The change of one of our own objects that a review is about; undefined where it is about none, or its object is under deletion already. */
export function policyObjectChange(request: AdmissionRequest): PolicyObjectChange | undefined {
  const { resource, subResource, operation, object, oldObject } = request;
  const kind = KINDS.get(resource.resource);
  if (kind === undefined || resource.group !== 'pillion.io' || subResource !== '') return undefined;
  if (typeof metadataOf(oldObject).deletionTimestamp === 'string') return undefined;
  const after = operation === 'DELETE' ? undefined : object;
  if (operation !== 'DELETE' && !isObject(after)) return undefined;
  return { kind, name: objectName(request), object: after };
}
