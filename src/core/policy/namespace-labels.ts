import { POD_SECURITY_LABEL } from '../decision/checks/pod-security-forbids.ts';
import { REVISION_LABEL } from '../decision/opt-in/keys.ts';
import type { ActivePolicy } from './active-policy.ts';

/** The keys of all namespace labels that decisions under one of these policies read; the rest need not be kept in memory. */
export function namespaceLabelsRead(...policies: readonly ActivePolicy[]): ReadonlySet<string> {
  const keys = policies.flatMap(({ spec: { optIn, ownership }, selectedNamespaceLabels }) => [
    optIn.namespaceLabel.key,
    ownership.tribe.namespaceLabel,
    ...selectedNamespaceLabels,
  ]);
  return new Set([...keys, REVISION_LABEL, POD_SECURITY_LABEL]);
}
