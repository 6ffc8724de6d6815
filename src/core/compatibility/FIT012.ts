import { jobNeedsNativeSidecar } from '../decision/checks/job-needs-native-sidecar.ts';
import type { FitCheck } from './fit-check.ts';
import { foundBy } from './refusal.ts';

export const FIT012: FitCheck = {
  code: 'FIT012',
  severity: 'incompatible',
  title: 'The pods of a Job get a sidecar that ends with them.',
  remedy: 'Give the Job a profile with order: Native, or leave it out of the mesh.',
  why: 'A Job is complete when all its ordinary containers have ended, and a sidecar in Classic order never does; the pod is refused (reason job-needs-native-sidecar).',
  holds: 'profiles in Classic order',
  shownBy: [
    ['test/lab/classic-order.test.ts', 'a Job is refused with job-needs-native-sidecar, since it would never complete'],
    ['test/lab/compatibility.test.ts', 'FIT012: a Job beside a container that never ends is never complete'],
    ['test/lab/life-cycle.test.ts', 'a Job with a native sidecar completes'],
  ],
  suppressible: false,
  sightings: ({ subject, workload }) =>
    foundBy(jobNeedsNativeSidecar, subject, { path: '', message: '' }).map(() => ({
      path: '',
      message: `the ${workload.kind} would wait for a sidecar in Classic order`,
    })),
};
