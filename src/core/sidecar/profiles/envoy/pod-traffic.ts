import type { EnvoyProfile } from '../../../api/envoy-profile.ts';
import { portNumber } from '../../../kubernetes/container-port.ts';
import { containersOf, labelsOf, type Pod } from '../../../kubernetes/pod.ts';
import type { TrafficService } from '../../../traffic/traffic-service.ts';
import { leadingTo, referred, type TrafficServices } from '../../../traffic/traffic-services.ts';
import type { PodTraffic, Served } from '../../../xds/pod-traffic.ts';
import type { Destination } from '../../../xds/resilience/destination.ts';
import { chosenTelemetry, serviceTelemetry } from '../../../xds/service-telemetry.ts';
import { observes } from './features.ts';

/**
 * What Services say about the traffic of a pod: those that it calls, which it names itself or which the values of its own Services name,
 * and those that lead to it.
 * @param named the Services that the pod says it calls
 * @param spec the profile of its sidecar
 */
export function podTraffic(
  pod: Pod,
  namespace: string,
  named: readonly string[],
  services: TrafficServices,
  { clusterDomain, ...spec }: EnvoyProfile['spec'],
): PodTraffic {
  const own = leadingTo(services, namespace, labelsOf(pod));
  const references = [...named, ...own.flatMap(({ values }) => values.dependsOn)];
  const called = new Set(references.flatMap((reference) => referred(services, namespace, reference) ?? []));
  return {
    namespace,
    clusterDomain,
    destinations: [...called].flatMap((service) => destinationOf(service) ?? []),
    served: servedOnce(own.flatMap((service) => servedOf(service, pod, spec) ?? [])),
  };
}

/**
 * A Service as a destination; undefined where nothing can be done with its requests: they are not HTTP, or its pods’ port is a name that
 * each of them may give another port.
 */
export function destinationOf({
  namespace,
  name,
  headless,
  podPort,
  values,
  origins,
}: TrafficService): Destination | undefined {
  if (values.service.protocol === 'tcp') return undefined;
  if (headless && typeof podPort === 'string') return undefined;
  const { port } = values.service;
  return { namespace, name, headless, port, podPort: typeof podPort === 'string' ? port : podPort, values, origins };
}

/** Envoy takes each port once; of several Services on one, the first by name counts. */
const servedOnce = (served: readonly Served[]): readonly Served[] =>
  served.filter(({ port }, index) => served.findIndex((other) => other.port === port) === index);

function servedOf(
  { podPort, values, origins }: TrafficService,
  pod: Pod,
  spec: Pick<EnvoyProfile['spec'], 'features' | 'telemetry'>,
): Served | undefined {
  if (values.service.protocol === 'tcp') return undefined;
  const ports = containersOf(pod).flatMap(({ container }) => portNumber(container, podPort) ?? []);
  const [port] = ports;
  if (port === undefined) return undefined;
  const isChosen = observes(spec) && chosenTelemetry({ values, origins }).length > 0;
  const telemetry = isChosen ? serviceTelemetry({ values, origins }, spec.telemetry) : undefined;
  return { port, values, origins, telemetry };
}
