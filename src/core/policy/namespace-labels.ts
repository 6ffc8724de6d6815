import { POD_SECURITY_LABEL } from '../decision/checks/pod-security-forbids.ts';
import { REVISION_LABEL } from '../decision/opt-in/keys.ts';
import { requirementsOf } from '../kubernetes/label-selector.ts';
import type { ActivePolicy } from './active-policy.ts';

/** The keys of all namespace labels that decisions under this policy read; the rest need not be kept in memory. */
export function namespaceLabelsRead({ spec }: ActivePolicy): ReadonlySet<string> {
  const selectors = spec.profiles.flatMap(({ namespaceSelector }) => namespaceSelector ?? []);
  const selected = selectors.flatMap((selector) => requirementsOf(selector).map(({ key }) => key));
  return new Set([spec.optIn.namespaceLabel.key, REVISION_LABEL, POD_SECURITY_LABEL, ...selected]);
}
