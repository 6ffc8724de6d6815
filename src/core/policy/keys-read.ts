import type { DecisionRecord } from '../api/decision-record.ts';
import type { ActivePolicy } from './active-policy.ts';

type Keys = NonNullable<DecisionRecord['inputs']['keys']>;

// a policy of the greatest length could name thousands, and each record lists them
const MOST_KEYS = 64;

const KNOWN = new WeakMap<ActivePolicy, { readonly named: Keys; readonly read: Keys }>();

/** All keys that a policy looks for because it names them. */
export const keysNamed = (policy: ActivePolicy): Keys => keysOf(policy).named;

/** The same as a record lists them, one and the same object for each policy: what is cut off counts as not looked for. */
export const keysRead = (policy: ActivePolicy): Keys => keysOf(policy).read;

function keysOf(policy: ActivePolicy): { readonly named: Keys; readonly read: Keys } {
  const known = KNOWN.get(policy);
  if (known !== undefined) return known;
  const { podKey, namespaceLabel } = policy.spec.optIn;
  const namespaceLabels = [...new Set([namespaceLabel.key, ...policy.selectedNamespaceLabels])];
  const podLabels = [...policy.selectedPodLabels];
  const keys = {
    named: { mark: podKey, namespaceLabels, podLabels },
    read: {
      mark: podKey,
      namespaceLabels: namespaceLabels.slice(0, MOST_KEYS),
      podLabels: podLabels.slice(0, MOST_KEYS),
    },
  };
  KNOWN.set(policy, keys);
  return keys;
}
