import { POD_SECURITY_LABEL } from '../decision/checks/pod-security-forbids.ts';
import { REVISION_LABEL } from '../decision/opt-in/keys.ts';
import type { ActivePolicy } from './active-policy.ts';

/** The keys of all namespace labels that decisions under this policy read; the rest need not be kept in memory. */
export function namespaceLabelsRead({ spec, selectedNamespaceLabels }: ActivePolicy): ReadonlySet<string> {
  const { optIn, ownership } = spec;
  const own = [optIn.namespaceLabel.key, ownership.tribe.namespaceLabel, REVISION_LABEL, POD_SECURITY_LABEL];
  return new Set([...own, ...selectedNamespaceLabels]);
}
