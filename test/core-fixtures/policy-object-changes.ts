import jsonPatch from 'fast-json-patch';
import { parse } from 'yaml';
import { knownObjects } from '../../src/core/admission/known-objects.ts';
import type { ActivePolicy } from '../../src/core/policy/active-policy.ts';
import { DEFAULT_POLICY } from '../../src/core/policy/default-policy.generated.ts';
import { objectsLoader } from '../../src/core/policy/objects-loader.ts';
import { objectSource, type PolicyKind } from '../../src/core/policy/policy-objects.ts';
import { ENVOY_PROFILE } from '../../src/core/sidecar/profiles/envoy/envoy.generated.ts';
import { answer, NOW, operationsOf } from './admissions.ts';
import type { Json } from './pods.ts';
import { BUILT_IN, CIRCUMSTANCES } from './policies.ts';

export const POLICY: Json = parse(DEFAULT_POLICY);
export const PROFILE: Json = parse(ENVOY_PROFILE);

const KINDS: Readonly<Record<string, string>> = {
  InjectionPolicy: 'injectionpolicies',
  SidecarProfile: 'sidecarprofiles',
  RolloutPlan: 'rolloutplans',
};

export interface Change {
  readonly object: Json;
  readonly oldObject?: Json | null;
  readonly user?: string;
  readonly request?: Json;
  /** The objects of the cluster, where they are the policy. */
  readonly cluster?: readonly Json[];
  readonly policy?: ActivePolicy;
}

/** What is known of objects of a cluster. */
export const known = (objects: readonly Json[]) =>
  knownObjects(
    objects.map((object) => objectSource(object.kind as PolicyKind, nameOf(object), object)),
    objectsLoader(CIRCUMSTANCES.ownNamespace, () => NOW),
  );

/** A review of the change of one of our own objects. */
export function reviewOfChange({ object, oldObject = null, user = 'alice', request = {} }: Change) {
  const resource = { group: 'pillion.io', version: 'v1alpha1', resource: KINDS[String(object.kind)] ?? 'others' };
  const operation = oldObject === null ? 'CREATE' : 'UPDATE';
  const whole = { uid: 'changed', resource, operation, userInfo: { username: user }, object, oldObject, ...request };
  return { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request: whole };
}

/** The answer to a change of one of our own objects, and the object as it is then stored. */
export function changed(change: Change) {
  const { object, cluster, policy = BUILT_IN } = change;
  const objects = cluster && known(cluster);
  const admission = answer(reviewOfChange(change), { hook: 'policies', policy, ...(objects && { objects }) });
  if (admission.kind !== 'answered' || admission.record === undefined) throw new Error('a review was not answered');
  const { review, record } = admission;
  const stored: Json = jsonPatch.applyPatch(structuredClone(object), operationsOf(review), true).newDocument;
  return { record, stored, response: review.response };
}

export const withSpec = (object: Json, spec: Json): Json => ({
  ...object,
  spec: { ...(object.spec as Json), ...spec },
});
export const withMetadata = (object: Json, metadata: Json): Json => ({
  ...object,
  metadata: { ...(object.metadata as Json), ...metadata },
});
export const named = (object: Json, name: string): Json => withMetadata(object, { name });
const nameOf = (object: Json): string => String((object.metadata as Json).name);
