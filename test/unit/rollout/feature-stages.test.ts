import { expect, test } from '@jest/globals';
import { pointOf } from '../../../src/core/adoption/counts.ts';
import { LiveCount } from '../../../src/core/adoption/live-count.ts';
import { adoptionStatus } from '../../../src/core/adoption/status/status.ts';
import { subjectOf } from '../../../src/core/decision/subject.ts';
import type { Namespace } from '../../../src/core/kubernetes/namespace.ts';
import type { Pod } from '../../../src/core/kubernetes/pod.ts';
import { StagePods } from '../../../src/core/rollout/gates/stage-pods.ts';
import { stageFinder } from '../../../src/core/rollout/stage-members.ts';
import { judgedPod } from '../../../src/core/scan/judged-pod.ts';
import { edited } from '../../../src/core/sidecar/edit.ts';
import { NO_TRAFFIC_SERVICES } from '../../../src/core/traffic/traffic-services.ts';
import { policyWith } from '../../core-fixtures/policies.ts';
import { planOf } from '../../core-fixtures/rollout-month.ts';

// the plan of docs/rollout.md: the sidecar comes first, and a feature of it later, in the same namespace

const PLAN = planOf(`
apiVersion: pillion.io/v1alpha1
kind: RolloutPlan
metadata: { name: default }
spec:
  stages:
    - { name: pilot, state: Open, namespaces: [newsletter] }
    - { name: metrics, namespaces: [newsletter], features: [Observability] }
  goals:
    - { metric: Injected, of: Pods, target: 100%, by: 2099-01-31, scope: { stage: pilot } }
    - { metric: Injected, of: Pods, target: 100%, by: 2099-01-31, scope: { stage: metrics } }
`);
const FEATURE = { 'feature.pillion.io/Observability': 'enabled' };
const POLICY = policyWith({
  profile: { features: [] },
  otherProfiles: { observed: { features: ['Observability'] } },
  spec: { profiles: [{ name: 'observed', namespaceSelector: { matchLabels: FEATURE } }, { name: 'envoy' }] },
});
const namespace = (labels: Record<string, string>): Namespace => ({
  name: 'newsletter',
  labels: { 'istio-injection': 'enabled', ...labels },
});
const BEFORE = namespace({});
const AFTER = namespace(FEATURE);
const SURROUNDINGS = { policy: POLICY, services: NO_TRAFFIC_SERVICES };

const bare = (name: string): Pod =>
  ({
    metadata: { name, annotations: { 'sidecar.istio.io/inject': 'true' }, creationTimestamp: '2026-11-03T10:00:00Z' },
    spec: { containers: [{ name: 'app', image: 'app:1' }] },
  }) as unknown as Pod;

function injected(name: string, within: Namespace): Pod {
  const edit = subjectOf(bare(name), within, POLICY, '0123456789abcdef').edit();
  return edited(bare(name), edit as NonNullable<typeof edit>);
}

function counted(pods: readonly Pod[], within: Namespace) {
  const count = new LiveCount(SURROUNDINGS, stageFinder(PLAN));
  for (const pod of pods) count.add(judgedPod(pod, within, SURROUNDINGS), pod, within);
  const live = { point: pointOf('2026-11-03T10:00:00Z', count.cells()), byStage: count.cellsByStage() };
  const kept = [pointOf('2026-11-02T10:00:00Z', count.cells())];
  const namespaces = new Map([[within.name, within]]);
  const status = adoptionStatus({ kept, live, plan: PLAN, actions: [], namespaces });
  return {
    stages: status
      .groups('stage', live.point)
      ?.map(({ name, pods: { eligible, optedIn, injected, stale } }) => [
        name,
        ...[eligible, optedIn, injected, stale],
      ]),
    goals: status.goals.map(({ now }) => now && `${now.reached} of ${now.of}`),
    keptStages: status.groups('stage', kept[0] ?? live.point)?.map(({ name }) => name),
  };
}

const [plain, observed, none] = [injected('plain', BEFORE), injected('observed', AFTER), bare('none')];

test.each([
  ['closed', BEFORE, [plain, plain, none], ['pilot', 3, 3, 2, 0], ['metrics', 3, 0, 0, 0], ['2 of 3', '0 of 3']],
  ['open', AFTER, [plain, observed, none], ['pilot', 3, 3, 2, 1], ['metrics', 3, 3, 1, 1], ['2 of 3', '1 of 3']],
] as const)(
  'while the stage of a feature is %s its pods count in it by that feature, and in the stage of their sidecar as ever',
  (_, within, pods, pilot, metrics, goals) => {
    const told = counted(pods, within);
    expect(told.stages).toEqual([pilot, metrics]);
    expect(told.goals).toEqual(goals);
    // what is kept does not know of features
    expect(told.keptStages).toEqual(['pilot']);
  },
);

const foretold = (stage: string, pods: readonly Pod[]) => {
  const asked = PLAN.spec.stages.find(({ name }) => name === stage);
  if (asked === undefined) throw new Error(stage);
  const seen = new StagePods(PLAN, asked, POLICY);
  for (const pod of pods) seen.add(judgedPod(pod, BEFORE, SURROUNDINGS), pod, BEFORE);
  return seen.scope(0).joining.toCount;
};

test('gates foretell series of the pods that are counted by the stage: none where it brings no Observability, all with and without a sidecar where it does', () => {
  expect(foretold('pilot', [plain, plain, none])).toBe(0);
  expect(foretold('metrics', [plain, plain, none])).toBe(3);
});
