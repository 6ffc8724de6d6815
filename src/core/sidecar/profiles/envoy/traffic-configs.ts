import type { EnvoyProfile } from '../../../api/envoy-profile.ts';
import type { TrafficServices } from '../../../traffic/traffic-services.ts';
import { renderBootstrap } from '../../../xds/bootstrap.ts';
import type { PodTraffic } from '../../../xds/pod-traffic.ts';
import { yamlText } from '../../../xds/yaml-text.ts';

/**
 * The configuration of one pod’s sidecar, as it stands in its annotation.
 * @param services what they were made from
 */
export type TrafficConfigs = (traffic: PodTraffic | undefined, services: TrafficServices) => string;

// some 5 MB
const MOST_KEPT = 256;

/**
 * Renders the configurations of a profile’s pods. Pods with the same Services share theirs: it takes milliseconds, and the pods of one
 * workload come one after another. What was rendered is forgotten together with what the Services said.
 * @param ordinary of a pod about whose traffic no Service says anything
 */
export function trafficConfigs(spec: EnvoyProfile['spec'], ordinary: string): TrafficConfigs {
  const rendered = new WeakMap<TrafficServices, Map<string, string>>();
  return (traffic, services) => {
    if (traffic === undefined || (traffic.destinations.length === 0 && traffic.served.length === 0)) return ordinary;
    const known = rendered.get(services) ?? new Map<string, string>();
    rendered.set(services, known);
    const key = keyOf(traffic);
    const text = known.get(key) ?? yamlText(renderBootstrap(spec, traffic));
    if (known.size >= MOST_KEPT) known.clear();
    known.set(key, text);
    return text;
  };
}

const keyOf = ({ namespace, destinations, served }: PodTraffic): string =>
  JSON.stringify([
    namespace,
    destinations.map((destination) => [destination.namespace, destination.name]),
    served.map(({ port, values: { service } }) => [port, service.name]),
  ]);
