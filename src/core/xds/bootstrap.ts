import type { EnvoyProfile } from '../api/envoy-profile.ts';
import { PORTS } from '../sidecar/profiles/envoy/names.ts';
import { ADMIN, ADMIN_UPSTREAM, adminPage } from './admin.ts';
import { BLACK_HOLE_UPSTREAM, captureListener, originalDestination, outboundPortListener } from './capture.ts';
import type { Direction } from './direction.ts';
import { DRAIN_FILTERS, DRAIN_LAYER, DRAIN_ROUTE } from './drain.ts';
import { httpChain, OWN_UPSTREAM_CONNECTION, PASSED_ON } from './http.ts';
import { httpListener } from './http-listener.ts';
import type { PodTraffic } from './pod-traffic.ts';
import { calledPort } from './resilience/destination.ts';
import { LONG_EXPRESSIONS } from './resilience/request-match.ts';
import { inboundTreatments, outboundTreatment } from './resilience/treatments.ts';
import { upstreams } from './resilience/upstreams.ts';
import { type EnvoyMessage, podAddress } from './types.ts';

const STATS = '/stats/prometheus';
const DIRECTIONS: readonly Direction[] = ['inbound', 'outbound'];
const OWN_PORTS: ReadonlySet<number> = new Set(Object.values(PORTS));
const NO_TRAFFIC: PodTraffic = { namespace: '', clusterDomain: '', destinations: [], served: [] };

/**
 * The whole configuration of a plain Envoy sidecar, as its bootstrap message.
 * @param traffic what Services say about the traffic of the pod; without it the configuration depends on the profile alone, so that it is
 *   made once a profile and not once a pod
 */
export function renderBootstrap(
  { features, ipFamilies }: Pick<EnvoyProfile['spec'], 'features' | 'ipFamilies'>,
  traffic: PodTraffic = NO_TRAFFIC,
): EnvoyMessage {
  const listenOn = (port: number) => podAddress(port, ipFamilies);
  const observes = features.includes('Observability');
  const http = readsHttp(features);
  // one object, so that the text has it once
  const outbound = httpChain('outbound', outboundTreatment(traffic));
  const chains = {
    inbound: [...inboundTreatments(traffic), PASSED_ON].map((treatment) => httpChain('inbound', treatment)),
    outbound: [outbound],
  };
  const ports = [...new Set(traffic.destinations.map(calledPort))].filter((port) => !OWN_PORTS.has(port));
  const listeners = [
    ...DIRECTIONS.map((direction) => ({
      ...captureListener(direction, listenOn(PORTS[direction]), http ? chains[direction] : []),
      ...(direction === 'outbound' && ports.length > 0 ? { use_original_dst: true } : {}),
    })),
    ...ports.map((port) => outboundPortListener(port, listenOn(port), outbound)),
    httpListener('health', listenOn(PORTS.health), http ? DRAIN_FILTERS : [], [
      adminPage('/healthz/ready', '/ready'),
      ...(http ? [DRAIN_ROUTE] : []),
    ]),
    ...(observes ? [httpListener('prometheus', listenOn(PORTS.prometheus), [], [adminPage(STATS, STATS)])] : []),
  ];
  const clusters = [
    ...DIRECTIONS.map((direction) => originalDestination(direction, http ? OWN_UPSTREAM_CONNECTION : {})),
    ...traffic.destinations.flatMap((destination) => upstreams(destination, traffic.clusterDomain)),
    BLACK_HOLE_UPSTREAM,
    ADMIN_UPSTREAM,
  ];
  const layers = [...(traffic.destinations.length > 0 ? [LONG_EXPRESSIONS] : []), ...(http ? [DRAIN_LAYER] : [])];
  return { admin: ADMIN, ...(http ? { layered_runtime: { layers } } : {}), static_resources: { listeners, clusters } };
}

/** Whether a sidecar with these features tells HTTP apart from other traffic. */
export const readsHttp = (features: EnvoyProfile['spec']['features']): boolean => features.length > 0;
