import { expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import type { ActivePolicy } from '../../../src/core/policy/active-policy.ts';
import { type Answered, admitted } from '../../core-fixtures/admissions.ts';
import { askingPod, type Json, ownedBy, type PodJson } from '../../core-fixtures/pods.ts';
import { BUILT_IN, policyWith } from '../../core-fixtures/policies.ts';
import { pillion } from './command-line.ts';

const STAGES = [
  { name: 'first', namespaceSelector: { matchLabels: { wave: '1' } }, state: 'Open' as const },
  { name: 'second', namespaces: ['else'], state: 'Open' as const },
];
const closed = policyWith({ spec: { rollout: { enforce: 'Skip' } }, stages: STAGES });
const excluding = policyWith({
  spec: {
    exclusions: [
      {
        namespaceSelector: { matchLabels: { 'istio-injection': 'enabled' } },
        podSelector: { matchLabels: { app: 'web' } },
        reason: 'moves to the new cluster',
        expires: '2027-01-31',
      },
    ],
  },
});
const ofLinkerd = {
  containers: [
    { name: 'web', image: 'web' },
    { name: 'linkerd-proxy', image: 'linkerd' },
  ],
};

/** Both calls for the creation of a pod, each with a uid of its own as the API server gives them, so many seconds after ten. */
function creation(policy: ActivePolicy, name: string, seconds: number, spec: Json = {}): readonly Answered[] {
  const { metadata, ...pod } = ownedBy('ReplicaSet', 'web-5d9', askingPod({}, spec));
  const nameless = { ...metadata, name: undefined, generateName: 'web-5d9-', labels: { app: 'web' } };
  const atEnd = { ...nameless, name, uid: `uid-of-${name}` };
  const shadows = [policyWith({ name: 'next', profile: {} })];
  const at = (hook: 'inject' | 'warn', of: PodJson['metadata'], ms: number): Answered => {
    const answered = admitted({ ...pod, metadata: of }, { policy, shadows, hook, uid: `${name}-${hook}` });
    const time = new Date(Date.UTC(2026, 10, 3, 10, 0, seconds, ms)).toISOString();
    return answered.record === undefined ? answered : { ...answered, record: { ...answered.record, time } };
  };
  return [at('inject', nameless, 10), at('warn', atEnd, 30)];
}

const NAMES = ['web-5d9-a', 'web-5d9-b', 'web-5d9-c'];

test.each<[string, ActivePolicy, Json]>([
  ['stage-not-open', closed, {}],
  ['excluded', excluding, {}],
  ['other-injector', BUILT_IN, ofLinkerd],
])(
  'a pod that reaches the hook inject and is left alone there (%s) is told and counted once',
  async (reason, policy, spec) => {
    // the second and the third are made at once
    const answers = NAMES.map((name, n) => creation(policy, name, Math.min(n, 1), spec));
    const records = answers.flat().map(({ record }) => record);
    expect(records).toMatchObject(Array.from({ length: 6 }, () => ({ verdict: 'skip', reason })));
    expect(new Set(records.map((record) => record?.recordId)).size).toBe(6);
    // as two replicas may write them
    const inSomeOrder = [...records.filter((_, n) => n % 2 === 1), ...records.filter((_, n) => n % 2 === 0)];
    const files = {
      log: inSomeOrder.map((record) => `${JSON.stringify(record)}\n`).join(''),
      'policy.yaml': stringify({
        apiVersion: 'pillion.io/v1alpha1',
        kind: 'InjectionPolicy',
        metadata: { name: 'default' },
      }),
    };
    const told = await pillion(['audit', '-f', 'log', '-o', 'json'], { files });
    expect(
      JSON.parse(told.stdout).map(({ pod, podUid, decision }: Json) => [pod, podUid, (decision as Json).reason]),
    ).toEqual(NAMES.map((name) => [name, `uid-of-${name}`, reason]));
    const { stdout } = await pillion(['audit', '-f', 'log', '--summary', '-o', 'json'], { files });
    expect(JSON.parse(stdout)).toMatchObject({ records: 6, toldOf: { pod: 3, beginning: 3 }, verdicts: { skip: 3 } });
    const shadow = JSON.parse((await pillion(['policy', 'shadow', '-f', 'log', '-o', 'json'], { files })).stdout);
    expect(shadow.pods).toBe(3);
    for (const calls of answers) expect(calls.filter(({ shadows }) => shadows !== undefined)).toHaveLength(1);
    const simulated = await pillion(['simulate', '--policy', 'policy.yaml', '--audit', 'log', '-o', 'json'], { files });
    expect(JSON.parse(simulated.stdout)).toMatchObject({ counts: { examined: 3 } });
  },
);

test('one of which only the beginning is in the log is told, and not taken for another pod', async () => {
  const [first] = creation(closed, 'web-5d9-a', 0);
  const later = creation(closed, 'web-5d9-b', 45);
  const lines = [first, ...later].map((answered) => `${JSON.stringify(answered?.record)}\n`);
  const { stdout } = await pillion(['audit', '-f', 'log', '-o', 'json'], { files: { log: lines.join('') } });
  expect(JSON.parse(stdout).map(({ pod }: Json) => pod)).toEqual([undefined, 'web-5d9-b']);
});
