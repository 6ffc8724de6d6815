import type { EnvoyProfile } from '../api/envoy-profile.ts';
import { observes, readsHttp } from '../sidecar/profiles/envoy/features.ts';
import { PORTS } from '../sidecar/profiles/envoy/names.ts';
import { ADMIN, ADMIN_UPSTREAM, adminPage } from './admin.ts';
import { BLACK_HOLE_UPSTREAM, captureListener, originalDestination, outboundPortListener } from './capture.ts';
import type { Direction } from './direction.ts';
import { DRAIN_FILTERS, DRAIN_LAYER, DRAIN_ROUTE } from './drain.ts';
import { STATS_ROUTES } from './exposed-stats.ts';
import { httpChain, ownUpstreamConnection, PASSED_ON } from './http.ts';
import { httpListener } from './http-listener.ts';
import { collectorOf, observedBy } from './observed.ts';
import { portsWithListener } from './outbound-listeners.ts';
import type { PodTraffic } from './pod-traffic.ts';
import { LONG_EXPRESSIONS } from './resilience/request-match.ts';
import { inboundTreatment, outboundTreatment } from './resilience/treatments.ts';
import { upstreams } from './resilience/upstreams.ts';
import { collectorUpstream } from './tracing.ts';
import { type EnvoyMessage, podAddress } from './types.ts';

const DIRECTIONS: readonly Direction[] = ['inbound', 'outbound'];
const NO_TRAFFIC: PodTraffic = { namespace: '', clusterDomain: '', destinations: [], served: [] };

/**
 * The whole configuration of a plain Envoy sidecar, as its bootstrap message.
 * @param traffic what Services say about the traffic of the pod; without it the configuration depends on the profile alone, so that it is
 *   made once a profile and not once a pod
 */
export function renderBootstrap(spec: EnvoyProfile['spec'], traffic: PodTraffic = NO_TRAFFIC): EnvoyMessage {
  const listenOn = (port: number) => podAddress(port, spec.ipFamilies);
  const looks = observes(spec);
  const collector = collectorOf(spec);
  const observed = observedBy(spec);
  const http = readsHttp(spec);
  // one object, so that the text has it once
  const outbound = httpChain('outbound', outboundTreatment(traffic), observed.outbound);
  const chains = {
    inbound: [
      ...traffic.served.flatMap((served) => {
        const treatment = inboundTreatment(served);
        const { telemetry } = served;
        const told = telemetry === undefined ? observed : observedBy({ ...spec, telemetry });
        return treatment === undefined ? [] : [httpChain('inbound', treatment, told.inbound)];
      }),
      httpChain('inbound', PASSED_ON, observed.inbound),
    ],
    outbound: [outbound],
  };
  const ports = portsWithListener(traffic.destinations);
  const listeners = [
    ...DIRECTIONS.map((direction) => ({
      ...captureListener(direction, listenOn(PORTS[direction]), http ? chains[direction] : [], observed[direction]),
      ...(direction === 'outbound' && ports.length > 0 ? { use_original_dst: true } : {}),
    })),
    ...ports.map((port) => outboundPortListener(port, listenOn(port), outbound, observed.outbound)),
    httpListener('health', listenOn(PORTS.health), http ? DRAIN_FILTERS : [], [
      adminPage('/healthz/ready', '/ready'),
      ...(http ? [DRAIN_ROUTE] : []),
    ]),
    ...(looks ? [httpListener('prometheus', listenOn(PORTS.prometheus), [], STATS_ROUTES)] : []),
  ];
  const clusters = [
    ...DIRECTIONS.map((direction) =>
      originalDestination(direction, http ? ownUpstreamConnection(observed[direction].upstreamFilters) : {}),
    ),
    ...traffic.destinations.flatMap((destination) =>
      upstreams(destination, traffic.clusterDomain, observed.outbound.upstreamFilters),
    ),
    BLACK_HOLE_UPSTREAM,
    ADMIN_UPSTREAM,
    ...(collector ? [collectorUpstream(collector)] : []),
  ];
  const layers = [...(mayHoldExpressions(traffic) ? [LONG_EXPRESSIONS] : []), ...(http ? [DRAIN_LAYER] : [])];
  return { admin: ADMIN, ...(http ? { layered_runtime: { layers } } : {}), static_resources: { listeners, clusters } };
}

/** Callers’ sidecars hold the conditions of routes, and those of the called the origins of CORS. */
const mayHoldExpressions = ({ destinations, served }: PodTraffic): boolean =>
  destinations.length > 0 || served.some(({ values }) => values.cors !== 'none');
