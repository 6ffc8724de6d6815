import { FOREIGN_SIDECARS, otherInjector } from '../decision/checks/other-injector.ts';
import type { Examined } from './examined.ts';
import type { FitCheck, Sighting } from './fit-check.ts';
import { foundBy } from './refusal.ts';

export const FIT003: FitCheck = {
  code: 'FIT003',
  severity: 'incompatible',
  title: 'No other mesh has its sidecar in the pod.',
  remedy: 'Take the workload out of the other mesh first, and remove containers that were written by hand.',
  why: 'Two redirects capture each other’s traffic. A pod that carries another mesh’s proxy is left alone (reason other-injector).',
  holds: 'every profile',
  shownBy: [['test/cluster/compatibility.test.ts', 'what Pillion leaves alone']],
  suppressible: false,
  sightings: (examined) => foundBy(otherInjector, examined.subject, standing(examined)),
};

function standing({ containers }: Examined): Sighting {
  const found = containers.find(({ container }) => FOREIGN_SIDECARS.has(container.name));
  return found === undefined
    ? { path: '/metadata/annotations', message: 'the pod carries the sidecar of Istio’s own injector' }
    : { path: `${found.path}/name`, message: `the container ${found.container.name} is another mesh’s proxy` };
}
