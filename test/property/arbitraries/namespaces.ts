import fc from 'fast-check';
import type { NamespaceJson } from '../../core-fixtures/matching-hooks.ts';

const optIn = fc.oneof(
  { weight: 6, arbitrary: fc.constant({ 'istio-injection': 'enabled' }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      { 'istio-injection': 'disabled' },
      { 'istio-injection': 'enalbed' },
      { 'istio-injection': '' },
    ),
  },
  { weight: 2, arbitrary: fc.constant({}) },
);
const revision = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  { weight: 1, arbitrary: fc.constantFrom({ 'istio.io/rev': 'default' }, { 'istio.io/rev': 'other' }) },
);
const podSecurity = fc.oneof(
  { weight: 8, arbitrary: fc.constant({}) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      ...['privileged', 'baseline', 'restricted'].map((level) => ({ 'pod-security.kubernetes.io/enforce': level })),
    ),
  },
);

/** Namespaces in every state of a rollout, mostly enabled. */
export const namespaceJson: fc.Arbitrary<NamespaceJson> = fc
  .record({
    name: fc.oneof(
      { weight: 9, arbitrary: fc.constant('shop') },
      { weight: 1, arbitrary: fc.constantFrom('kube-system', 'pillion-system') },
    ),
    labels: fc.tuple(optIn, revision, podSecurity),
  })
  .map(({ name, labels }) => ({ name, labels: Object.assign({}, ...labels) }));
