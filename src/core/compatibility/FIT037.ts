import type { FitCheck } from './fit-check.ts';
import type { Json } from './fit-object.ts';

export const FIT037: FitCheck = {
  code: 'FIT037',
  severity: 'note',
  title: 'The application does not see the sidecar’s processes.',
  remedy:
    'Remove the field where it is not needed. A program that signals all processes, or takes itself for process 1, ends the proxy as well.',
  why: 'With one list of processes for all containers, those of the sidecar are in it, and root can end them.',
  holds: 'every profile',
  sightings: ({ pod }) =>
    ['shareProcessNamespace', 'hostPID'].flatMap((field) =>
      (pod.spec as Json)[field] === true ? [{ path: `/spec/${field}`, message: `${field} is true` }] : [],
    ),
};
