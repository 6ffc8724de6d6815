import type { ActivePolicy } from '../../src/core/policy/active-policy.ts';
import { BUILT_IN } from '../../src/core/policy/built-in-sources.ts';
import { loadPolicy } from '../../src/core/policy/load.ts';
import { CIRCUMSTANCES, EVERY_OVERRIDE } from '../core-fixtures/policies.ts';

const PROFILE = 'istio';

/** The policy of an operator who has Istio’s injector replaced: the built-in one with the profile `istio`. */
export function istioPolicy(): ActivePolicy {
  const policy = {
    apiVersion: 'pillion.io/v1alpha1',
    kind: 'InjectionPolicy',
    metadata: { name: 'default' },
    // what pods may ask for is tested elsewhere
    spec: { profiles: [{ name: PROFILE }], overrides: { allow: EVERY_OVERRIDE } },
  };
  const loaded = loadPolicy([...BUILT_IN, { file: 'policy', text: JSON.stringify(policy) }], CIRCUMSTANCES);
  if ('active' in loaded) return loaded.active;
  throw new Error(`the policy with the profile ${PROFILE} is refused: ${JSON.stringify(loaded.problems)}`);
}
