import fc from 'fast-check';
import type { RolloutStage } from '../../../src/core/api/rollout-plan.ts';
import type { LabelSelector } from '../../../src/core/kubernetes/label-selector.ts';
import type { ActivePolicy } from '../../../src/core/policy/active-policy.ts';
import type { AllowedOverride } from '../../../src/core/policy/override-bounds.ts';
import { planProblems } from '../../../src/core/rollout/plan-problems.ts';
import { EVERY_OVERRIDE, type PolicyChanges, policyWith } from '../../core-fixtures/policies.ts';

const requirement = fc.oneof(
  fc.record({
    key: fc.constantFrom('app', 'tier', 'toString'),
    operator: fc.constantFrom('Exists' as const, 'DoesNotExist' as const),
  }),
  fc.record({
    key: fc.constantFrom('app', 'tier', 'example.com/a_B.c'),
    operator: fc.constantFrom('In' as const, 'NotIn' as const),
    values: fc.uniqueArray(fc.constantFrom('web', 'default', 'a_B.c', ''), { minLength: 1, maxLength: 2 }),
  }),
);

const selector = fc.oneof(
  fc.constantFrom('web', 'other').map((app) => ({ matchLabels: { app } })),
  fc.array(requirement, { minLength: 1, maxLength: 2 }).map((matchExpressions) => ({ matchExpressions })),
);

const selectors: fc.Arbitrary<LabelSelector[]> = fc.oneof(
  { weight: 2, arbitrary: fc.constant<LabelSelector[]>([]) },
  { weight: 1, arbitrary: fc.array(selector, { maxLength: 2 }) },
);

// what `open` and `rollback` make of stages by name, by labels of the namespace, of the pods, and of several kinds at once
type Selection = Pick<RolloutStage, 'namespaces' | 'namespaceSelector' | 'podSelector' | 'state'>;
const stage: fc.Arbitrary<Selection> = fc.record(
  {
    namespaces: fc.constantFrom<string[]>(['shop'], ['bank'], ['shop', 'kube-system']),
    namespaceSelector: fc.constantFrom<LabelSelector>(
      { matchLabels: { 'istio-injection': 'enabled' } },
      { matchExpressions: [{ key: 'istio.io/rev', operator: 'DoesNotExist' }] },
      { matchLabels: { tribe: 'retail' } },
    ),
    podSelector: selector as fc.Arbitrary<LabelSelector>,
    state: fc.constantFrom('Open' as const, 'Closed' as const),
  },
  { requiredKeys: ['state'] },
);
const stages: fc.Arbitrary<RolloutStage[]> = fc
  .array(
    stage.map((one) => (one.namespaceSelector === undefined ? { namespaces: ['shop'], ...one } : one)),
    { minLength: 1, maxLength: 3 },
  )
  .map((list) => list.map((one, index) => ({ name: `stage-${index}`, ...one })))
  .filter((list) => planProblemsOf(list).length === 0);

const planProblemsOf = (list: readonly RolloutStage[]) =>
  planProblems({
    apiVersion: 'pillion.io/v1alpha1',
    kind: 'RolloutPlan',
    metadata: { name: 'default' },
    spec: { stages: [...list], goals: [], gates: {} },
  });

/** Whether pods are held to the stages of a plan, and which there are; often they are to none. */
const rollout: fc.Arbitrary<Pick<PolicyChanges, 'stages'> & { enforce?: 'Off' | 'Skip' }> = fc.oneof(
  { weight: 6, arbitrary: fc.constant({}) },
  { weight: 1, arbitrary: fc.constant({ enforce: 'Skip' as const }) },
  { weight: 5, arbitrary: stages.map((list) => ({ enforce: 'Skip' as const, stages: list })) },
  { weight: 1, arbitrary: stages.map((list) => ({ enforce: 'Off' as const, stages: list })) },
);

const allowedOverrides = fc.constantFrom<AllowedOverride[]>(
  EVERY_OVERRIDE,
  [],
  [{ key: 'sidecar.istio.io/proxyCPU', min: '50m', max: '1' }, { key: 'sidecar.istio.io/logLevel' }],
);

const changes: fc.Arbitrary<PolicyChanges> = fc.record({
  optIn: fc.record({
    rule: fc.constantFrom('NamespaceAndPod' as const, 'Istio' as const),
    autoInject: fc.constantFrom('enabled' as const, 'disabled' as const),
    podKey: fc.oneof(
      { weight: 5, arbitrary: fc.constant('sidecar.istio.io/inject') },
      { weight: 1, arbitrary: fc.constant('toString') },
    ),
  }),
  spec: fc.record({
    neverInject: selectors,
    alwaysInject: selectors,
    onError: fc.constantFrom('Refuse' as const, 'Admit' as const),
    finalState: fc.constantFrom('Warn' as const, 'Off' as const),
    overrides: fc.record({
      allow: allowedOverrides,
      others: fc.constantFrom('Deny' as const, 'Warn' as const, 'Audit' as const),
    }),
    profiles: fc.constantFrom(
      [{ name: 'envoy' }],
      [{ name: 'plain', podSelector: { matchLabels: { app: 'web' } } }, { name: 'envoy' }],
      [{ name: 'istio' }],
      [{ name: 'istio', podSelector: { matchLabels: { app: 'web' } } }, { name: 'envoy' }],
    ),
  }),
  profile: fc.record({
    order: fc.constantFrom('Native' as const, 'Classic' as const),
    capture: fc.constantFrom('Redirect' as const, 'None' as const),
    ipFamilies: fc.constantFrom('DualStack' as const, 'IPv4' as const),
    features: fc.constantFrom([], ['Observability' as const]),
  }),
  istio: fc.record({
    compatibility: fc.constantFrom('Corrected' as const, 'Istio' as const),
    order: fc.constantFrom('Native' as const, 'Classic' as const),
    capture: fc.constantFrom('Redirect' as const, 'Cni' as const, 'None' as const),
    holdApplication: fc.boolean(),
    images: fc.constantFrom({}, { pullSecrets: ['mesh'], pullPolicy: 'Always' }),
    mesh: fc.constantFrom({}, { network: 'net-1', clusterName: 'c1' }),
    certificates: fc.constantFrom({}, { mountedSecret: true }),
    annotations: fc.constantFrom({}, { 'mesh.example/owner': 'platform', 'team.example/owner': 'platform' }),
  }),
  otherProfiles: fc.constant({ plain: { capture: 'None' as const } }),
});

/** Changes to the built-in policy and its profile: every field of theirs in each of its values. */
export const policyChanges: fc.Arbitrary<PolicyChanges> = fc
  .tuple(changes, rollout)
  .map(([changed, { enforce, stages: list }]) => ({
    ...changed,
    spec: { ...changed.spec, ...(enforce && { rollout: { enforce } }) },
    ...(list && { stages: list }),
  }));

export const activePolicy: fc.Arbitrary<ActivePolicy> = policyChanges.map((changes) => policyWith(changes));
