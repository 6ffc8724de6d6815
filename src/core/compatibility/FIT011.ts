import { portConflict } from '../decision/checks/port-conflict.ts';
import type { FitCheck } from './fit-check.ts';
import { foundBy } from './refusal.ts';

export const FIT011: FitCheck = {
  code: 'FIT011',
  severity: 'incompatible',
  title: 'The application listens on no port of the sidecar.',
  remedy: 'Let the application listen on another port; a Service may keep its number and lead there by targetPort.',
  why: 'Both share one network, so whichever starts later fails; the pod is refused (reason port-conflict). Only declared ports are seen.',
  holds: 'every profile, each with its own ports',
  shownBy: [['test/cluster/compatibility.test.ts', 'refused, and admitted when it is mended']],
  suppressible: false,
  sightings: ({ subject }) => foundBy(portConflict, subject, { path: '/spec', message: '' }),
};
