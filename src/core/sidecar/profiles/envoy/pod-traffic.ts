import type { EnvoyProfile } from '../../../api/envoy-profile.ts';
import { canonicalJson } from '../../../json/canonical.ts';
import { portNumber } from '../../../kubernetes/container-port.ts';
import { containersOf, labelsOf, type Pod } from '../../../kubernetes/pod.ts';
import type { TrafficService } from '../../../traffic/traffic-service.ts';
import { leadingTo, referred, type TrafficServices } from '../../../traffic/traffic-services.ts';
import type { PodTraffic, Served } from '../../../xds/pod-traffic.ts';
import type { Destination } from '../../../xds/resilience/destination.ts';
import { inboundTreatment } from '../../../xds/resilience/treatments.ts';
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

/**
 * Envoy takes each port once. Of several Services on one, as a headless one beside one with an address, the first by name counts that
 * chooses something about the requests to its pods.
 */
const servedOnce = (served: readonly Served[]): readonly Served[] =>
  [...Map.groupBy(served, ({ port }) => port).values()].flatMap((all) => {
    const choosing = all.filter((one) => inboundTreatment(one) !== undefined);
    const [counts, ...others] = choosing.length > 0 ? choosing : all.slice(0, 1);
    if (counts === undefined) return [];
    return [{ ...counts, passedOver: others.filter((other) => chosenText(other) !== chosenText(counts)) }];
  });

/** What a Service chooses about the requests to its pods, for comparison. */
const chosenText = ({ values: { cors }, telemetry }: Served): string => canonicalJson({ cors, telemetry });

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
  return { port, values, origins, telemetry, passedOver: [] };
}
