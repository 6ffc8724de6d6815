import { pointer } from '../json/pointer.ts';
import { runningContainers } from './examined.ts';
import type { FitCheck } from './fit-check.ts';

export const FIT020: FitCheck = {
  code: 'FIT020',
  severity: 'note',
  title: 'The application speaks TCP.',
  remedy: 'Nothing has to be done; do not expect metrics, encryption or limits of what is sent over UDP.',
  why: 'No sidecar captures UDP: it passes as without one, and nothing of the mesh holds for it.',
  holds: 'profiles that capture traffic',
  shownBy: [['test/lab/one-sidecar.test.ts', 'UDP is left alone']],
  sightings: (examined) =>
    examined.subject.profile.traits.captures
      ? runningContainers(examined).flatMap(({ container, path }) =>
          (container.ports ?? []).flatMap(({ protocol, containerPort }, index) =>
            protocol === 'UDP'
              ? [
                  {
                    path: path + pointer('ports', index, 'protocol'),
                    message: `the container ${container.name} listens on ${containerPort}/UDP`,
                  },
                ]
              : [],
          ),
        )
      : [],
};
