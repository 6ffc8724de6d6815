import { podSecurityForbids } from '../decision/checks/pod-security-forbids.ts';
import type { FitCheck } from './fit-check.ts';
import { foundBy } from './refusal.ts';

export const FIT014: FitCheck = {
  code: 'FIT014',
  severity: 'incompatible',
  title: 'The Pod Security level of the namespace allows the pod with its sidecar.',
  remedy:
    'Choose a profile with capture: None, or Cni where Istio’s plugin is installed, or lower the enforced level of the namespace.',
  why: 'The redirect container needs NET_ADMIN, which the levels baseline and restricted forbid; the API server would refuse the pod, and Pillion says so first (reason pod-security-forbids).',
  holds: 'every profile, by what its sidecar needs',
  shownBy: [
    ['test/cluster/compatibility.test.ts', 'refused, and admitted when it is mended'],
    [
      'test/lab/no-capture.test.ts',
      'without capture an injected pod runs where Pod Security enforces restricted, without any capability, and answers',
    ],
  ],
  suppressible: false,
  sightings: ({ subject }) => foundBy(podSecurityForbids, subject, { path: '/spec', message: '' }),
};
