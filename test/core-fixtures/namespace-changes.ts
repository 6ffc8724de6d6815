import jsonPatch from 'fast-json-patch';
import { admit } from '../../src/core/admission/admit.ts';
import type { DecisionRecord } from '../../src/core/api/decision-record.ts';
import type { InjectedPods } from '../../src/core/namespaces/findings.ts';
import type { ActivePolicy } from '../../src/core/policy/active-policy.ts';
import { type Answered, NOW, operationsOf } from './admissions.ts';
import type { Json } from './pods.ts';
import { BUILT_IN } from './policies.ts';

/** A change of the namespace `shop`; what is left out is ordinary, and without `from` it is created. */
export interface Change {
  readonly from?: Json;
  readonly to: Json;
  readonly user?: string;
  readonly groups?: readonly string[];
  readonly policy?: ActivePolicy;
  /** What was counted: no pods unless told; null when nothing was. */
  readonly injectedPods?: InjectedPods | null;
  readonly now?: Date;
  readonly dryRun?: boolean;
  readonly subResource?: string;
  readonly operation?: string;
}

const NO_PODS: InjectedPods = { namespace: 'shop', count: 0, more: false };

/** A namespace with these labels and annotations; `more` goes into its metadata. */
export const namespace = (labels?: Json, annotations?: Json, { name = 'shop', ...more }: Json = {}): Json => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, ...(labels && { labels }), ...(annotations && { annotations }), ...more },
  spec: { finalizers: ['kubernetes'] },
});

/** The review that an API server sends for a change of a namespace. */
export function namespaceReview({ from, to, user = 'alice', groups = ['developers'], ...rest }: Change): Json {
  const name = (to.metadata as Json | undefined)?.name ?? '';
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid: 'changed',
      resource: { group: '', version: 'v1', resource: 'namespaces' },
      subResource: rest.subResource ?? '',
      namespace: name,
      name,
      operation: rest.operation ?? (from === undefined ? 'CREATE' : 'UPDATE'),
      userInfo: { username: user, groups },
      object: to,
      oldObject: from ?? null,
      dryRun: rest.dryRun ?? false,
    },
  };
}

/** The answer to a change, with its record and the namespace that comes of it. */
export function changed(change: Change): Answered & { readonly record: DecisionRecord; readonly stored: Json } {
  const { policy = BUILT_IN, injectedPods = NO_PODS, now = NOW } = change;
  const snapshot = { policy, namespaces: new Map(), ...(injectedPods === null ? {} : { injectedPods }) };
  const call = { hook: 'namespaces', now, caller: 'Unauthenticated' } as const;
  const admission = admit(namespaceReview(change), snapshot, call);
  if (admission.kind !== 'answered' || admission.record === undefined)
    throw new Error('a change of a test was not answered or left no record');
  const operations = operationsOf(admission.review);
  const stored = jsonPatch.applyPatch(structuredClone(change.to), operations, true).newDocument;
  return { ...admission, record: admission.record, stored };
}

/** The annotations of a namespace. */
export const annotationsIn = (object: Json): Json => ((object.metadata as Json).annotations ?? {}) as Json;
