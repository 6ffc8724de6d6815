import type { EnvoyProfile } from '../../../api/envoy-profile.ts';
import type { Pod } from '../../../kubernetes/pod.ts';
import type { TrafficServices } from '../../../traffic/traffic-services.ts';
import { renderBootstrap } from '../../../xds/bootstrap.ts';
import type { PodTraffic } from '../../../xds/pod-traffic.ts';
import { yamlText } from '../../../xds/yaml-text.ts';
import { podTraffic } from './pod-traffic.ts';

/**
 * The configuration of one pod’s sidecar, as it stands in its annotation.
 * @param dependsOn the Services that the pod says it calls
 */
export type TrafficConfigs = (
  pod: Pod,
  namespace: string,
  dependsOn: readonly string[],
  services: TrafficServices,
) => string;

// some 5 MB
const MOST_KEPT = 256;

/**
 * Renders the configurations of a profile’s pods. Pods with the same Services share theirs: it takes milliseconds, and the pods of one
 * workload come one after another. What was rendered is forgotten together with what the Services said.
 * @param ordinary of a pod about whose traffic no Service says anything
 */
export function trafficConfigs(spec: EnvoyProfile['spec'], ordinary: string): TrafficConfigs {
  if (!spec.features.includes('Resilience')) return () => ordinary;
  const rendered = new WeakMap<TrafficServices, Map<string, string>>();
  return (pod, namespace, dependsOn, services) => {
    const traffic = podTraffic(pod, namespace, dependsOn, services);
    if (traffic.destinations.length === 0 && traffic.served.length === 0) return ordinary;
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
