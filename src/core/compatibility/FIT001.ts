import { hostNetwork } from '../decision/checks/host-network.ts';
import type { FitCheck } from './fit-check.ts';
import { foundBy } from './refusal.ts';

export const FIT001: FitCheck = {
  code: 'FIT001',
  severity: 'incompatible',
  title: 'The pod has a network of its own.',
  remedy: 'Remove hostNetwork, or leave the workload out of the mesh: its pods get no sidecar.',
  why: 'The redirect would capture the traffic of the whole node, so such a pod is left alone (reason host-network).',
  holds: 'every profile',
  shownBy: [['test/cluster/compatibility.test.ts', 'what Pillion leaves alone']],
  suppressible: false,
  sightings: ({ subject }) =>
    foundBy(hostNetwork, subject, { path: '/spec/hostNetwork', message: 'hostNetwork is true' }),
};
