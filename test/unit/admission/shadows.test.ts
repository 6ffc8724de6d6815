import { expect, test } from '@jest/globals';
import type { RecordedShadow } from '../../../src/core/api/decision-record.ts';
import type { ActivePolicy } from '../../../src/core/policy/active-policy.ts';
import { readRecord } from '../../../src/core/records/read-record.ts';
import { admitted, answer, type Circumstances, patched, recorded } from '../../core-fixtures/admissions.ts';
import { askingPod, type PodJson, podWith } from '../../core-fixtures/pods.ts';
import { BUILT_IN, type PolicyChanges, policyWith, SIDECAR } from '../../core-fixtures/policies.ts';
import { workload, workloadReview } from '../../core-fixtures/workloads.ts';

const shadow = (changes: PolicyChanges): ActivePolicy => policyWith({ name: 'next', ...changes });
const said = (pod: PodJson, changes: PolicyChanges, circumstances: Circumstances = {}) =>
  recorded(pod, { ...circumstances, shadows: [shadow(changes)] }).shadows;

const image = (name: string) => ({ sidecar: { ...SIDECAR, image: name } });
const NOTHING_ALLOWED: PolicyChanges['spec'] = { overrides: { allow: [], others: 'Deny' } };
const EXCLUDING: PolicyChanges['spec'] = {
  exclusions: [
    { podSelector: { matchLabels: { app: 'web' } }, reason: 'moves to the new cluster', expires: '2027-01-31' },
  ],
};

test.each<[string, PodJson, PolicyChanges, Partial<RecordedShadow>]>([
  [
    'leaves a pod alone that gets a sidecar',
    podWith({ metadata: { ...askingPod().metadata, labels: { app: 'web' } } }),
    { spec: EXCLUDING },
    { verdict: 'skip', reason: 'excluded', rule: '/spec/exclusions/0', differs: ['verdict', 'reason'] },
  ],
  [
    'injects a silent pod',
    podWith(),
    { optIn: { autoInject: 'enabled' } },
    { verdict: 'inject', reason: 'auto-inject', profile: 'envoy', differs: ['verdict', 'reason'] },
  ],
  [
    'refuses what a pod sets',
    askingPod({ 'sidecar.istio.io/logLevel': 'debug' }),
    { spec: NOTHING_ALLOWED },
    { verdict: 'deny', reason: 'override-forbidden', rule: '/spec/overrides/others', differs: ['verdict', 'reason'] },
  ],
  [
    'has another image',
    askingPod(),
    { profile: image('registry.example/envoy:2') },
    {
      verdict: 'inject',
      reason: 'opted-in',
      profile: 'envoy',
      differs: ['sidecar'],
      places: ['/initContainers/istio-proxy/image'],
    },
  ],
  [
    'has another profile that renders the same',
    askingPod(),
    { spec: { profiles: [{ name: 'twin' }] }, otherProfiles: { twin: {} } },
    { verdict: 'inject', reason: 'opted-in', profile: 'twin', differs: ['profile'] },
  ],
])('the record tells of a policy in mode Shadow that %s', (_, pod, changes, expected) => {
  const { revision } = shadow(changes);
  expect(said(pod, changes)).toEqual([expect.objectContaining({ policy: 'next', revision, ...expected })]);
});

test.each<[string, PolicyChanges]>([
  ['is the same', {}],
  ['differs in what this pod does not come to', { spec: EXCLUDING }],
  ['has a profile that renders the same for this pod', { profile: { sidecar: { ...SIDECAR, drainSeconds: 29 } } }],
])('nothing is recorded of a policy that %s', (_, changes) => {
  const { record, shadows } = admitted(askingPod(), { shadows: [shadow(changes)] });
  expect(record).not.toHaveProperty('shadows');
  expect(shadows).toEqual([expect.objectContaining({ result: 'same', differs: [] })]);
});

test('of two sidecars that have little in common the first places are told', () => {
  const [told] = said(askingPod(), { spec: { profiles: [{ name: 'istio' }] } }) ?? [];
  expect(told).toMatchObject({ profile: 'istio', differs: ['profile', 'sidecar'] });
  expect(told?.places).toHaveLength(8);
});

test('a pod with its sidecar is taken as it was before, and counted once', () => {
  const auto = {
    containers: [
      { name: 'web', image: 'web' },
      { name: 'istio-proxy', image: 'auto', resources: { limits: { cpu: '1' } } },
    ],
  };
  const shadows = [shadow({ spec: NOTHING_ALLOWED }), shadow({ name: 'image', profile: image('envoy:2') })];
  const pod = podWith({ ...askingPod(), spec: auto });
  const first = admitted(pod, { shadows });
  const atTheEnd = admitted(patched(pod, first), { shadows, hook: 'warn' });
  expect(atTheEnd.reason).toBe('already-injected');
  const against = { verdict: 'inject', reason: 'opted-in' };
  expect(atTheEnd.record?.shadows).toEqual(first.record?.shadows?.map((one) => ({ ...one, against })));
  expect(first.record?.shadows).toMatchObject([
    { policy: 'next', verdict: 'deny', reason: 'override-forbidden' },
    { policy: 'image', verdict: 'inject', differs: ['sidecar'] },
  ]);
  expect([first.shadows?.length, atTheEnd.shadows]).toEqual([2, undefined]);
  expect(admitted(patched(pod, first), { shadows })).not.toHaveProperty('shadows');
});

test('at the end of a creation that passed by the hook, the decisions are compared and not what stands there', () => {
  const at = { hook: 'warn', shadows: [BUILT_IN, shadow({ spec: EXCLUDING })] } as const;
  const pod = podWith({ metadata: { ...askingPod().metadata, labels: { app: 'web' } } });
  const { reason, shadows } = recorded(pod, at);
  expect(reason).toBe('hook-not-called');
  expect(shadows).toEqual([
    expect.objectContaining({ reason: 'excluded', against: { verdict: 'inject', reason: 'opted-in' } }),
  ]);
});

test('whoever applies a workload causes a forecast of each policy', () => {
  const object = workload({ kind: 'Deployment', templateMetadata: { annotations: askingPod().metadata.annotations } });
  const shadows = [shadow({ spec: EXCLUDING })];
  const admission = answer(workloadReview(object), { hook: 'workloads', shadows });
  expect(admission).toMatchObject({
    record: { verdict: 'inject', shadows: [{ verdict: 'skip', reason: 'excluded' }] },
  });
});

test('a policy that cannot be asked is recorded as failed, and the answer is as without it', () => {
  const broken: ActivePolicy = {
    ...shadow({}),
    profileFor: () => {
      throw new Error('of the test');
    },
  };
  const { record, review, shadows } = admitted(askingPod(), { shadows: [broken, shadow({ spec: NOTHING_ALLOWED })] });
  expect(review).toEqual(admitted(askingPod()).review);
  expect(record?.shadows).toEqual([
    {
      ...{ policy: 'next', revision: broken.revision, verdict: 'error', reason: 'internal-error', rule: '' },
      ...{
        differs: ['verdict', 'reason'],
        message: expect.stringMatching(/^Error at .*profileFor .*shadows\.test\.ts/),
      },
    },
  ]);
  expect(shadows?.map(({ result }) => result)).toEqual(['failed', 'same']);
});

test('a record with shadows is read back', () => {
  const record = recorded(askingPod(), { shadows: [shadow({ profile: image('envoy:2') })] });
  expect(readRecord(JSON.parse(JSON.stringify(record)))).toEqual({ record });
});
