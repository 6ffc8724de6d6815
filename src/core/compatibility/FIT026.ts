import { pointer } from '../json/pointer.ts';
import { runningContainers } from './examined.ts';
import type { FitCheck } from './fit-check.ts';
import { specOf } from './fit-object.ts';
import { servicePortsOf } from './service-ports.ts';

export const FIT026: FitCheck = {
  code: 'FIT026',
  severity: 'note',
  title: 'The headless Service of a StatefulSet lists every port of its pods.',
  remedy: 'Add the port to the headless Service, with its appProtocol.',
  why: 'Pods of a StatefulSet call each other by their own names. Of a port that no Service lists Istio knows nothing, so what is sent there has no mutual TLS, and is refused where that is STRICT.',
  holds: 'profiles of kind Istio; the plain Envoy sends a call where it was sent',
  shownBy: [
    [
      'test/istio/compatibility.test.ts',
      'a call to a pod by its own address is refused where mutual TLS is STRICT, until a headless Service lists the port',
    ],
  ],
  sightings: (examined) => {
    const { workload, around, subject } = examined;
    if (workload.kind !== 'StatefulSet' || !subject.profile.traits.readsPortNames) return [];
    const headless = around.services.find(
      (service) => service.name === specOf(workload).serviceName && specOf(service).clusterIP === 'None',
    );
    if (headless === undefined) return [];
    const listed = new Set(servicePortsOf(examined).map(({ target }) => target));
    return runningContainers(examined).flatMap(({ container, path }) =>
      (container.ports ?? []).flatMap(({ containerPort, protocol }, index) =>
        (protocol ?? 'TCP') !== 'TCP' || listed.has(containerPort)
          ? []
          : [
              {
                path: path + pointer('ports', index, 'containerPort'),
                message: `${containerPort} of ${container.name} is in no Service, neither in ${headless.name}`,
              },
            ],
      ),
    );
  },
};
