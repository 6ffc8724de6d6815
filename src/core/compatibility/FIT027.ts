import { pointer } from '../json/pointer.ts';
import { runningContainers } from './examined.ts';
import type { FitCheck } from './fit-check.ts';

export const FIT027: FitCheck = {
  code: 'FIT027',
  severity: 'note',
  title: 'Nobody calls the pod through a port of its node.',
  remedy:
    'Call it through a Service. Where callers outside of the mesh need the host port, leave mutual TLS of that port at PERMISSIVE.',
  why: 'Who calls a host port is mostly outside of the mesh, and refused where mutual TLS is STRICT.',
  holds: 'profiles of kind Istio that capture traffic',
  shownBy: [
    [
      'test/istio/mutual-tls.test.ts',
      'who is not in the mesh has no certificate to show, and is kept out once it is asked for',
    ],
  ],
  sightings: (examined) =>
    examined.subject.profile.traits.captures && examined.subject.profile.traits.accountIsIdentity
      ? runningContainers(examined).flatMap(({ container, path }) =>
          (container.ports ?? []).flatMap(({ hostPort, containerPort }, index) =>
            hostPort
              ? [
                  {
                    path: path + pointer('ports', index, 'hostPort'),
                    message: `port ${hostPort} of the node leads to ${containerPort} of ${container.name}`,
                  },
                ]
              : [],
          ),
        )
      : [],
};
