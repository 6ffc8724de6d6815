import { expect, test } from '@jest/globals';
import { subjectOf } from '../../../src/core/decision/subject.ts';
import type { Namespace } from '../../../src/core/kubernetes/namespace.ts';
import type { Pod } from '../../../src/core/kubernetes/pod.ts';
import type { ActivePolicy } from '../../../src/core/policy/active-policy.ts';
import { sentAgain } from '../../../src/core/running/sent-again.ts';
import { runningSidecar, type SidecarState } from '../../../src/core/running/sidecar-state.ts';
import { type JudgedPod, judgedPod, POD_STATES } from '../../../src/core/scan/judged-pod.ts';
import { nextStep } from '../../../src/core/scan/next-step.ts';
import { noticesOf } from '../../../src/core/scan/notices.ts';
import {
  LONGEST_NEXT,
  LONGEST_OWNER,
  MOST_FINDINGS,
  MOST_NAMESPACES,
  ScanTally,
  toMend,
} from '../../../src/core/scan/scan-report.ts';
import { ToldNotices } from '../../../src/core/scan/told-notices.ts';
import { edited } from '../../../src/core/sidecar/edit.ts';
import { NO_TRAFFIC_SERVICES } from '../../../src/core/traffic/traffic-services.ts';
import { SIDECAR as BUILT_IN_SIDECAR, policyWith } from '../../core-fixtures/policies.ts';

const POLICY = policyWith();
const OPEN = { name: 'shop', labels: { 'istio-injection': 'enabled', 'pillion.io/tribe': 'sales' } };
const CLOSED = { name: 'shop', labels: {} };
const ASKS = { 'sidecar.istio.io/inject': 'true' };

const pod = (annotations: Record<string, string> = {}, spec: object = {}): Pod =>
  ({
    metadata: { name: 'web-1', annotations, labels: { 'pillion.io/squad': 'cart' } },
    spec: { containers: [{ name: 'app', image: 'app:1' }], ...spec },
  }) as Pod;

function injected(by = POLICY): Pod {
  const bare = pod(ASKS);
  const edit = subjectOf(bare, OPEN, by, '0123456789abcdef').edit();
  return edited(bare, edit as NonNullable<typeof edit>);
}

const judged = (object: Pod, namespace: Namespace = OPEN, policy = POLICY) =>
  judgedPod(object, namespace, { policy, services: NO_TRAFFIC_SERVICES });

const OTHER_IMAGE = policyWith({ profile: { sidecar: { ...BUILT_IN_SIDECAR, image: 'envoy:2' } } });

const SIDECAR = { name: 'istio-proxy', image: 'other:1' };

test.each<[string, JudgedPod, SidecarState]>([
  ['with its sidecar', judged(injected()), 'injected'],
  ['that asks and is bare', judged(pod(ASKS)), 'missing'],
  ['that is silent and bare', judged(pod()), 'not-wanted'],
  ['that asks on the host network', judged(pod(ASKS, { hostNetwork: true })), 'not-wanted'],
  ['with a sidecar of another policy', judged(injected(), OPEN, OTHER_IMAGE), 'stale'],
  ['with its sidecar in a namespace that was closed', judged(injected(), CLOSED), 'unwanted'],
  ['with a status and no sidecar', judged(pod({ ...ASKS, 'pillion.io/status': '{}' })), 'forged'],
  ['with a container under the name of the sidecar', judged(pod(ASKS, { containers: [SIDECAR] })), 'forged'],
  ['with such a container that does not ask', judged(pod({}, { containers: [SIDECAR] })), 'not-wanted'],
  ['with settings that cannot be read', judged(pod({ ...ASKS, 'sidecar.istio.io/proxyCPU': 'much' })), 'refused'],
])('a pod %s is told as such', (_, { state }, expected) => {
  expect(state).toBe(expected);
});

const RESTRICTED = { ...OPEN, labels: { ...OPEN.labels, 'pod-security.kubernetes.io/enforce': 'restricted' } };
const without = (object: Pod): Pod => ({
  ...object,
  metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, ...REFUSES } },
});
const REFUSES = { 'sidecar.istio.io/inject': 'false' };
const EXCLUDES = policyWith({
  spec: {
    exclusions: [
      {
        podSelector: { matchLabels: { 'pillion.io/squad': 'cart' } },
        reason: 'to be mended first',
        expires: '2027-01-31',
      },
    ],
  },
});

test.each<[string, Pod, Namespace, ActivePolicy, SidecarState]>([
  ['nothing', injected(), OPEN, POLICY, 'injected'],
  ['an exclusion', injected(), OPEN, EXCLUDES, 'unwanted'],
  ['the mark of the pod', without(injected()), OPEN, POLICY, 'unwanted'],
  ['the Pod Security level', injected(), RESTRICTED, POLICY, 'refused'],
  ['the namespace', injected(), CLOSED, POLICY, 'unwanted'],
  ['the image', injected(), OPEN, OTHER_IMAGE, 'stale'],
])(
  'a pod with its sidecar stands as explain says of it when this was changed: %s',
  (_, object, namespace, policy, expected) => {
    const sent = sentAgain(object, policy.spec.optIn.podKey) as Pod;
    const explained = runningSidecar({ pod: object, sent, namespace, policy, services: NO_TRAFFIC_SERVICES });
    expect([judged(object, namespace, policy).state, explained.state]).toEqual([expected, expected]);
  },
);

const owned = (apiVersion: string, kind: string, name: string): Pod => {
  const bare = pod(ASKS);
  return { ...bare, metadata: { ...bare.metadata, ownerReferences: [{ apiVersion, kind, name, controller: true }] } };
};

test('a kind of another operator is not taken for the one of Kubernetes that has its name', () => {
  const found = judged(owned('apps.kruise.io/v1beta1', 'StatefulSet', 'db'));
  expect(found.owner).toBe('StatefulSet.apps.kruise.io/db');
  expect(nextStep(found)).toBe('kubectl -n shop delete pod web-1');
});

test('what somebody wrote as the owner of a pod is no part of a command, and does not make a report too long', () => {
  const found = judged(owned('apps/v1', 'Deployment', 'web; reboot #'));
  expect(nextStep(found)).toBe("kubectl -n shop rollout restart 'deployment/web; reboot #'");
  const tally = new ScanTally();
  tally.add(judged(owned('apps/v1', 'Deployment', 'x'.repeat(100_000))));
  const [finding] = tally.report().findings;
  expect(finding?.owner).toHaveLength(LONGEST_OWNER);
  expect(finding?.next).toHaveLength(LONGEST_NEXT);
});

test('whose a pod is is told as the policy says', () => {
  expect(judged(pod(ASKS))).toMatchObject({ owner: 'Pod/web-1', tribe: 'sales', squad: 'cart', asks: true });
});

test.each([
  ['Deployment/web', 'missing', 'kubectl -n shop rollout restart deployment/web'],
  ['StatefulSet/db', 'stale', 'kubectl -n shop rollout restart statefulset/db'],
  ['ReplicaSet/web', 'unwanted', 'kubectl -n shop delete pod web-1'],
  ['Job/once', 'missing', 'wait for the next run of Job/once in shop'],
  ['Pod/web-1', 'missing', 'make the pod web-1 in shop again: nothing else would'],
  ['Deployment/web', 'refused', 'pillion explain pod/web-1 -n shop  # says what to mend'],
  ['Deployment/web', 'injected', undefined],
] as const)('what to do about a pod of %s that is %s', (owner, state, expected) => {
  expect(nextStep({ namespace: 'shop', pod: 'web-1', owner, state })).toBe(expected);
});

const many = (count: number): JudgedPod[] => {
  const base = judged(pod(ASKS));
  return Array.from({ length: count }, (_, index) => ({
    ...base,
    namespace: `namespace-of-a-long-name-as-some-are-${String(index % 500).padStart(4, '0')}`,
    pod: `a-pod-with-a-name-as-long-as-controllers-make-them-${index}-5d9f7c4b8-x2x4z`,
    owner: `Deployment/a-deployment-of-a-long-name-${index}`,
    state: POD_STATES[(index * 31) % POD_STATES.length] as SidecarState,
  }));
};

test('a report of 20,000 pods is small, counts all of them and says how much it leaves out', () => {
  const tally = new ScanTally();
  const pods = many(20_000);
  for (const each of pods) tally.add(each);
  const report = tally.report();
  expect(JSON.stringify(report).length).toBeLessThan(300 * 1024);
  expect(Object.values(report.pods).reduce((sum, count) => sum + count, 0)).toBe(20_000);
  expect(report.findings).toHaveLength(MOST_FINDINGS);
  expect(report.findings.length + report.moreFindings).toBe(toMend(report.pods));
  expect(report.namespaces).toHaveLength(MOST_NAMESPACES);
  expect(report.namespaces.length + report.moreNamespaces).toBe(500);
  // the worst first
  expect(new Set(report.findings.map(({ state }) => state))).toEqual(new Set(['forged']));
});

test('the order in which pods are listed changes nothing', () => {
  const pods = many(3_000);
  const [forwards, backwards] = [new ScanTally(), new ScanTally()];
  for (const each of pods) forwards.add(each);
  for (const each of [...pods].reverse()) backwards.add(each);
  expect(backwards.report()).toEqual(forwards.report());
});

test('owners are told what stands in their way, and nobody of pods that do not ask', () => {
  const codes = (each: JudgedPod) => noticesOf(each).map(({ code }) => code);
  expect(codes(judged(pod(ASKS)))).toEqual(['sidecar-missing']);
  expect(codes(judged(pod(ASKS, { hostNetwork: true })))).toEqual(['host-network']);
  expect(codes(judged(pod(ASKS), CLOSED))).toEqual(['marker-in-closed-namespace']);
  expect(codes(judged(pod({ 'sidecar.istio.io/inject': 'True' })))).toEqual(['pod-value-near']);
  expect(codes(judged(pod()))).toEqual([]);
  expect(codes(judged(injected()))).toEqual([]);
  expect(codes(judged(pod({ 'sidecar.istio.io/inject': 'false' })))).toEqual([]);
});

test('a notice is told once an hour, and no more at a time than the API server should bear', () => {
  const notices = new ToldNotices();
  const [first] = noticesOf(judged(pod(ASKS)));
  if (first === undefined) throw new Error('the pod of the test is told of');
  const pods = Array.from({ length: 70 }, (_, index) => ({ ...first, owner: `Deployment/web-${index}` }));
  const scan = (nowMs: number) => {
    for (const notice of [...pods, ...pods]) notices.add(notice, nowMs);
    const taken = notices.take();
    for (const notice of taken.notices) notices.told(notice, nowMs);
    return [taken.notices.length, taken.heldBack > 0];
  };
  expect(scan(0)).toEqual([50, true]);
  expect(scan(300_000)).toEqual([20, false]);
  expect(scan(600_000)).toEqual([0, false]);
  expect(scan(3_600_000)).toEqual([50, false]);
});

test('notices that cannot be told leave their places to others', () => {
  const notices = new ToldNotices();
  const [first] = noticesOf(judged(pod(ASKS)));
  if (first === undefined) throw new Error('the pod of the test is told of');
  const pods = Array.from({ length: 70 }, (_, index) => ({ ...first, owner: `Deployment/web-${index}` }));
  for (const notice of pods) notices.add(notice, 0);
  for (const notice of notices.take().notices) notices.failed(notice, 0);
  for (const notice of pods) notices.add(notice, 300_000);
  expect(notices.take().notices.map(({ owner }) => owner)).toEqual(pods.slice(50).map(({ owner }) => owner));
});
