import type { FitCheck } from './fit-check.ts';

export const FIT033: FitCheck = {
  code: 'FIT033',
  severity: 'note',
  title: 'The workload has a ServiceAccount of its own.',
  remedy:
    'Give it one. It needs no rights, and automountServiceAccountToken may stay off: the sidecar has a token of its own.',
  why: 'In Istio the ServiceAccount is who a pod is: authorization cannot tell workloads apart that share the account default.',
  holds: 'profiles of kind Istio',
  sightings: ({ subject, pod }) => {
    const { serviceAccountName } = pod.spec;
    if (!subject.profile.traits.accountIsIdentity || (serviceAccountName && serviceAccountName !== 'default'))
      return [];
    const path = serviceAccountName ? '/spec/serviceAccountName' : '/spec';
    return [{ path, message: 'runs as the ServiceAccount default, which it shares with others' }];
  },
};
