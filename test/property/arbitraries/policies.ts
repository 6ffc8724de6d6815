import fc from 'fast-check';
import type { LabelSelector } from '../../../src/core/kubernetes/label-selector.ts';
import type { ActivePolicy } from '../../../src/core/policy/active-policy.ts';
import type { AllowedOverride } from '../../../src/core/policy/override-bounds.ts';
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

const allowedOverrides = fc.constantFrom<AllowedOverride[]>(
  EVERY_OVERRIDE,
  [],
  [{ key: 'sidecar.istio.io/proxyCPU', min: '50m', max: '1' }, { key: 'sidecar.istio.io/logLevel' }],
);

/** Changes to the built-in policy and its profile: every field of theirs in each of its values. */
export const policyChanges: fc.Arbitrary<PolicyChanges> = fc.record({
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

export const activePolicy: fc.Arbitrary<ActivePolicy> = policyChanges.map((changes) => policyWith(changes));
