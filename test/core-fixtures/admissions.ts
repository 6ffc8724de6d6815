import jsonPatch, { type Operation } from 'fast-json-patch';
import { type Admission, admit } from '../../src/core/admission/admit.ts';
import type { Hook } from '../../src/core/admission/hook.ts';
import type { KnownObjects } from '../../src/core/admission/known-objects.ts';
import type { AdmissionReview } from '../../src/core/admission/review.ts';
import { reviewOfPodCreation } from '../../src/core/admission/review-of.ts';
import type { DecisionRecord } from '../../src/core/api/decision-record.ts';
import type { ActivePolicy } from '../../src/core/policy/active-policy.ts';
import type { TrafficServices } from '../../src/core/traffic/traffic-services.ts';
import type { PodJson } from './pods.ts';
import { BUILT_IN } from './policies.ts';

export type Answered = Extract<Admission, { kind: 'answered' }>;

/** The circumstances of a pod’s creation; what is left out is ordinary. */
export interface Circumstances {
  readonly policy?: ActivePolicy;
  readonly shadows?: readonly ActivePolicy[];
  readonly namespace?: string;
  readonly namespaceLabels?: Readonly<Record<string, string>>;
  readonly hook?: Hook;
  readonly uid?: string;
  readonly services?: TrafficServices;
  readonly objects?: KnownObjects;
}

export const ENABLED = { 'istio-injection': 'enabled' };
export const NOW = new Date('2026-11-03T10:00:00Z');

export const reviewOf = (pod: Readonly<Record<string, unknown>>, uid = 'first', namespace = 'shop') =>
  reviewOfPodCreation(pod, { uid, namespace, user: 'system:serviceaccount:kube-system:job-controller', dryRun: false });

/** Answers any body in an enabled namespace `shop`, or as the circumstances say. */
export function answer(body: unknown, circumstances: Circumstances = {}): Admission {
  const { policy = BUILT_IN, namespace = 'shop', namespaceLabels = ENABLED, hook = 'inject' } = circumstances;
  const { services, shadows, objects } = circumstances;
  const namespaces = new Map([[namespace, { name: namespace, labels: namespaceLabels }]]);
  return admit(
    body,
    {
      policy,
      namespaces,
      ...(services && { services }),
      ...(shadows && { shadows }),
      ...(objects && { objects }),
    },
    { hook, now: NOW, caller: 'Unauthenticated' },
  );
}

/** The answer to the creation of a pod. */
export function admitted(pod: Readonly<Record<string, unknown>>, circumstances: Circumstances = {}): Answered {
  const admission = answer(reviewOf(pod, circumstances.uid, circumstances.namespace), circumstances);
  if (admission.kind === 'answered') return admission;
  throw new Error('a review of a test was not answered');
}

/** The record of the creation of a pod. */
export function recorded(pod: Readonly<Record<string, unknown>>, circumstances: Circumstances = {}): DecisionRecord {
  const { record } = admitted(pod, circumstances);
  if (record !== undefined) return record;
  throw new Error('the pod of a test left no record');
}

export const operationsOf = ({ response: { patch } }: AdmissionReview): Operation[] =>
  patch === undefined ? [] : JSON.parse(Buffer.from(patch, 'base64').toString());

/** The pod as the API server makes it from the answer. */
export const patched = (pod: PodJson, { review }: Answered): PodJson =>
  jsonPatch.applyPatch(structuredClone(pod), operationsOf(review), true).newDocument;
