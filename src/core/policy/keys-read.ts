import type { DecisionRecord } from '../api/decision-record.ts';
import type { ActivePolicy } from './active-policy.ts';

type Keys = NonNullable<DecisionRecord['inputs']['keys']>;

// a policy of the greatest length could name thousands, and each record lists them
const MOST_KEYS = 64;

const KNOWN = new WeakMap<ActivePolicy, Keys>();

/** The keys that a policy looks for because it names them; one and the same object for each policy. */
export function keysRead(policy: ActivePolicy): Keys {
  const known = KNOWN.get(policy);
  if (known !== undefined) return known;
  const { podKey, namespaceLabel } = policy.spec.optIn;
  const namespaceLabels = [...new Set([namespaceLabel.key, ...policy.selectedNamespaceLabels])];
  const keys = {
    mark: podKey,
    namespaceLabels: namespaceLabels.slice(0, MOST_KEYS),
    podLabels: policy.selectedPodLabels.slice(0, MOST_KEYS),
  };
  KNOWN.set(policy, keys);
  return keys;
}
