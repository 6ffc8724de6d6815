import { uidConflict } from '../decision/checks/uid-conflict.ts';
import type { FitCheck } from './fit-check.ts';
import { foundBy } from './refusal.ts';

export const FIT010: FitCheck = {
  code: 'FIT010',
  severity: 'incompatible',
  title: 'No container runs as the sidecar’s user.',
  remedy: 'Give the container another runAsUser.',
  why: 'The redirect lets that user’s traffic out past the sidecar, so the pod is refused (reason uid-conflict). A user that an image chooses is not seen.',
  holds: 'profiles that redirect',
  shownBy: [['test/cluster/compatibility.test.ts', 'refused, and admitted when it is mended']],
  suppressible: false,
  sightings: ({ subject }) => foundBy(uidConflict, subject, { path: '/spec', message: '' }),
};
