import { failed } from '../../src/core/admission/fail.ts';
import type { DecisionRecord } from '../../src/core/api/decision-record.ts';
import { unseenChange, unseenChangeRecord } from '../../src/core/namespaces/unseen-change.ts';
import { type Answered, admitted, answer, type Circumstances, NOW, patched, reviewOf } from './admissions.ts';
import { changed, namespace } from './namespace-changes.ts';
import { askingPod, type Json, MARK, ownedBy, podWith } from './pods.ts';
import { BUILT_IN, policyWith } from './policies.ts';
import { workload, workloadReview } from './workloads.ts';

/** A record as it is written at one hook, with what went to the API server’s audit log. */
export interface SampleRecord {
  readonly record: DecisionRecord;
  readonly audit: Readonly<Record<string, string>>;
}

function sampleOf({ record, review }: Answered): SampleRecord {
  if (record === undefined) throw new Error('a sample left no record');
  return { record, audit: review.response.auditAnnotations ?? {} };
}

const ofPod = (pod: Json, circumstances: Circumstances = {}) => sampleOf(admitted(pod, circumstances));

function ofReview(body: Json, circumstances: Circumstances): SampleRecord {
  const admission = answer(body, circumstances);
  if (admission.kind !== 'answered') throw new Error('a sample was not answered');
  return sampleOf(admission);
}

function ofFailure(): SampleRecord {
  const snapshot = { policy: BUILT_IN, namespaces: new Map() };
  const call = { hook: 'inject', now: NOW, caller: 'Unauthenticated' } as const;
  const admission = failed(
    reviewOf(askingPod()),
    snapshot,
    call,
    'namespace-unknown',
    'the API server does not answer',
  );
  if (admission.kind !== 'answered') throw new Error('a sample was not answered');
  return sampleOf(admission);
}

function ofUnseenChange(): SampleRecord {
  const after = { name: 'shop', labels: { 'istio-injection': 'enabled' } };
  const change = unseenChange(undefined, after, BUILT_IN);
  if (change === undefined) throw new Error('a sample changes nothing');
  return {
    record: unseenChangeRecord(change, { name: 'shop', uid: 'u', resourceVersion: '7' }, BUILT_IN, NOW),
    audit: {},
  };
}

const reviewAbout = (group: string, resource: string, object: Json, more: Json = {}): Json => ({
  apiVersion: 'admission.k8s.io/v1',
  kind: 'AdmissionReview',
  request: {
    ...{ uid: 'changed', operation: 'CREATE', resource: { group, version: 'v1', resource }, namespace: 'shop' },
    ...{ name: (object.metadata as Json).name, userInfo: { username: 'alice' }, object, oldObject: null, ...more },
  },
});

const service = (values: string): Json => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'inventory', namespace: 'shop', annotations: { 'pillion.io/traffic': values } },
  spec: { clusterIP: 'None', selector: { app: 'inventory' }, ports: [{ port: 8080, targetPort: 8080 }] },
});

const ownObject = (kind: string, spec: Json): Json => ({
  ...{ apiVersion: 'pillion.io/v1alpha1', kind, metadata: { name: 'default' }, spec },
});

const OWNED = { namespaceLabels: { 'istio-injection': 'enabled', 'pillion.io/tribe': 'retail' } };
const owned = ownedBy(
  'StatefulSet',
  'db',
  podWith({
    metadata: {
      name: 'db-0',
      generateName: 'db-',
      labels: { 'pillion.io/squad': 'checkout' },
      annotations: { [MARK]: 'true', 'sidecar.istio.io/logLevel': 'debug' },
    },
  }),
);
const strict = policyWith({
  spec: {
    traffic: { invalidValues: 'Deny' },
    namespaces: { ...BUILT_IN.spec.namespaces, invalidLabel: 'Deny' },
    overrides: { allow: [] },
  },
});
const lenient = policyWith({
  spec: {
    waivers: [
      {
        rule: 'uid-conflict',
        scope: { podSelector: { matchLabels: { app: 'legacy' } } },
        reason: 'moves to another image',
        expires: '2026-12-01',
      },
    ],
  },
});
const legacy = podWith({
  metadata: { labels: { app: 'legacy' }, annotations: { [MARK]: 'true' } },
  spec: { securityContext: { runAsUser: 1337 } },
});
const injected = patched(owned, admitted(owned, OWNED));
const seen = (pod: Json): Json => ({ ...pod, metadata: { ...(pod.metadata as Json), uid: 'pod-uid' } });

/** One record of every kind that there is, by name. */
export const SAMPLE_RECORDS: ReadonlyMap<string, () => SampleRecord> = new Map([
  ['inject-inject', () => ofPod(owned, OWNED)],
  [
    'inject-inject-shadowed',
    () =>
      ofPod(owned, {
        ...OWNED,
        shadows: [
          policyWith({ name: 'next', profile: { order: 'Classic' } }),
          policyWith({ name: 'stricter', spec: { overrides: { allow: [] } } }),
        ],
      }),
  ],
  ['inject-inject-reinvoked', () => ofPod({ ...injected, spec: { ...injected.spec, initContainers: [] } }, OWNED)],
  ['inject-inject-waived', () => ofPod(legacy, { policy: lenient })],
  ['inject-skip', () => ofPod(podWith({ metadata: { annotations: { [MARK]: 'True' } } }))],
  ['inject-deny', () => ofPod(owned, { ...OWNED, policy: strict })],
  ['inject-error', ofFailure],
  ['warn-skip-injected', () => ofPod(seen(injected), { ...OWNED, hook: 'warn' })],
  ['warn-skip-not-called', () => ofPod(seen(owned), { ...OWNED, hook: 'warn' })],
  [
    'workloads-inject',
    () =>
      ofReview(
        workloadReview(workload({ kind: 'Deployment', templateMetadata: { annotations: { [MARK]: 'true' } } })),
        { hook: 'workloads' },
      ),
  ],
  [
    'workloads-skip',
    () =>
      ofReview(workloadReview(workload({ kind: 'CronJob', metadata: { annotations: { [MARK]: 'true' } } })), {
        hook: 'workloads',
      }),
  ],
  [
    'workloads-deny',
    () =>
      ofReview(
        workloadReview(
          workload({
            kind: 'Deployment',
            templateMetadata: { annotations: { [MARK]: 'true', 'sidecar.istio.io/logLevel': 'loud' } },
          }),
        ),
        { hook: 'workloads' },
      ),
  ],
  [
    'namespaces-allow',
    () => sampleOf(changed({ to: namespace({ 'istio-injection': 'enabled', 'pillion.io/tribe': 'retail' }) })),
  ],
  ['namespaces-deny', () => sampleOf(changed({ to: namespace({ 'istio-injection': 'enalbed' }), policy: strict }))],
  [
    'policies-allow',
    () =>
      ofReview(reviewAbout('pillion.io', 'injectionpolicies', ownObject('InjectionPolicy', {})), { hook: 'policies' }),
  ],
  [
    'policies-deny',
    () =>
      ofReview(reviewAbout('pillion.io', 'injectionpolicies', ownObject('InjectionPolicy', { onError: 'Ignore' })), {
        hook: 'policies',
      }),
  ],
  [
    'services-allow',
    () =>
      ofReview(reviewAbout('', 'services', service('service: {name: inventory, port: 8080}\n')), { hook: 'services' }),
  ],
  [
    'services-deny',
    () => ofReview(reviewAbout('', 'services', service('timeout: 10\n')), { hook: 'services', policy: strict }),
  ],
  ['watch-allow', ofUnseenChange],
]);
