import { pointer } from '../json/pointer.ts';
import { annotationsOf, ownValue } from '../kubernetes/pod.ts';
import { PROBE_NAMES } from '../sidecar/fields.ts';
import { runningContainers } from './examined.ts';
import type { FitCheck } from './fit-check.ts';

export const FIT030: FitCheck = {
  code: 'FIT030',
  severity: 'needs-change',
  title: 'Probes are answered by the application, and not by the proxy.',
  remedy: 'Remove the annotation, or make the probe an exec or gRPC one.',
  why: 'The kubelet’s call is captured: a tcpSocket probe then always succeeds, and an HTTP probe fails where mutual TLS is STRICT.',
  holds: 'profiles of kind Istio; the plain Envoy asks the application itself for every tcpSocket probe',
  shownBy: [
    [
      'test/lab/tcp-probes.test.ts',
      'an application that stops listening is unready within the period of its tcpSocket probe, and ready again',
    ],
  ],
  sightings: (examined) => {
    const { probeSwitch, captures } = examined.subject.profile.traits;
    if (probeSwitch === undefined || !captures) return [];
    if (ownValue(annotationsOf(examined.pod), probeSwitch) !== 'false') return [];
    const probes = runningContainers(examined).flatMap(({ container }) =>
      PROBE_NAMES.filter((name) => container[name]?.tcpSocket || container[name]?.httpGet).map(
        (name) => `${name} of ${container.name}`,
      ),
    );
    if (probes.length === 0) return [];
    return [
      {
        path: pointer('metadata', 'annotations', probeSwitch),
        message: `leaves to the kubelet, whose calls are captured: ${probes.join(', ')}`,
      },
    ];
  },
};
