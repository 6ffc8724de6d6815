import { windowsPod } from '../decision/checks/windows-pod.ts';
import type { FitCheck } from './fit-check.ts';
import { foundBy } from './refusal.ts';

export const FIT002: FitCheck = {
  code: 'FIT002',
  severity: 'incompatible',
  title: 'The pod runs on Linux.',
  remedy: 'Leave the workload out of the mesh: its pods get no sidecar.',
  why: 'Neither the proxy’s image nor the redirect exist for Windows, so such a pod is left alone (reason windows-pod).',
  holds: 'every profile',
  shownBy: [['test/cluster/compatibility.test.ts', 'what Pillion leaves alone']],
  suppressible: false,
  sightings: ({ subject, pod }) =>
    foundBy(windowsPod, subject, {
      path: pod.spec.os?.name === 'windows' ? '/spec/os/name' : '/spec/nodeSelector',
      message: 'asks for Windows',
    }),
};
