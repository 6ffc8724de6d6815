import { probeNotRewritable } from '../decision/checks/probe-not-rewritable.ts';
import type { FitCheck } from './fit-check.ts';
import { foundBy } from './refusal.ts';

export const FIT017: FitCheck = {
  code: 'FIT017',
  severity: 'incompatible',
  title: 'The sidecar can answer for every probe.',
  remedy: 'Declare the port that the probe names, or give its number.',
  why: 'Istio’s agent calls the application in the kubelet’s place, and has to know where; the pod is refused (reason probe-not-rewritable).',
  holds: 'profiles of kind Istio; the plain Envoy leaves probes over HTTP and gRPC as they are',
  shownBy: [['test/cluster/compatibility.test.ts', 'refused, and admitted when it is mended']],
  suppressible: false,
  sightings: ({ subject }) => foundBy(probeNotRewritable, subject, { path: '/spec', message: '' }),
};
