import type { Explanation } from './reasons.ts';

/** Why a change of a namespace passes; completes "The change was let pass, because ...". */
export const NAMESPACE_ALLOW_REASONS = {
  'namespace-opened': {
    sentence: 'it opts the namespace in',
    hint: 'Pods that ask get a sidecar from now on; a running pod gets it when it is created anew.',
  },
  'namespace-closed': {
    sentence: 'it takes away the opt-in of the namespace',
    hint: 'A running pod keeps its sidecar until it is created anew.',
  },
  'namespace-kept': { sentence: 'it leaves the opt-in of the namespace as it is', hint: 'Nothing to do.' },
  'namespace-under-deletion': {
    sentence: 'the namespace is being deleted, which nothing may stand in the way of',
    hint: 'Nothing to do.',
  },
  'not-a-namespace-change': {
    sentence: 'the request neither creates nor changes a namespace',
    hint: 'Register this path for CREATE and UPDATE of namespaces only, without subresources.',
  },
  'opt-in-changed-unseen': {
    sentence: 'the opt-in of the namespace was changed without Pillion being asked, and the watch saw it afterwards',
    hint: 'Look in the audit log of the API server for who did it, and whether Pillion was down at that time.',
  },
} as const satisfies Record<string, Explanation>;

/** Why a change of a namespace is refused; completes "The change was refused, because ...". */
export const NAMESPACE_DENY_REASONS = {
  'label-value-invalid': {
    sentence: 'it gives the opt-in label a wrong value',
    hint: 'Set one of the values that count, or remove the label.',
  },
  'labels-conflict': {
    sentence: 'opt-in label and revision label would say different things',
    hint: 'Keep one of the two labels.',
  },
  'namespace-is-protected': {
    sentence: 'it opts in a namespace that is never injected',
    hint: 'Opt in the namespace of the application; protectedNamespaces of the policy lists those that are never injected.',
  },
  'may-not-label': {
    sentence: 'it is made by somebody who may not',
    hint: 'Ask somebody of such a group, or ask the operators to add yours to namespaces.mayLabel of the policy.',
  },
  'removal-while-injected': {
    sentence: 'it takes away the opt-in while pods with a sidecar run',
    hint: 'Take the sidecars out first: set the mark of the workloads to "false", and restart them.',
  },
} as const satisfies Record<string, Explanation>;

export type NamespaceAllowReason = keyof typeof NAMESPACE_ALLOW_REASONS;
export type NamespaceDenyReason = keyof typeof NAMESPACE_DENY_REASONS;
