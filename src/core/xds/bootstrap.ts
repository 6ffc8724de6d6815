import type { EnvoyProfile } from '../api/envoy-profile.ts';
import { PORTS } from '../sidecar/profiles/envoy/names.ts';
import { ADMIN, ADMIN_UPSTREAM, adminPage } from './admin.ts';
import { BLACK_HOLE_UPSTREAM, captureListener, originalDestination } from './capture.ts';
import type { Direction } from './direction.ts';
import { DRAIN_FILTERS, DRAIN_ROUTE, RUNTIME } from './drain.ts';
import { OWN_UPSTREAM_CONNECTION } from './http.ts';
import { httpListener } from './http-listener.ts';
import { type EnvoyMessage, podAddress } from './types.ts';

const STATS = '/stats/prometheus';
const DIRECTIONS: readonly Direction[] = ['inbound', 'outbound'];

/**
 * The whole configuration of a plain Envoy sidecar, as its bootstrap message. It depends on the profile alone, so it is
 * made once a profile and not once a pod.
 */
export function renderBootstrap({ features, ipFamilies }: EnvoyProfile['spec']): EnvoyMessage {
  const listenOn = (port: number) => podAddress(port, ipFamilies);
  const observes = features.includes('Observability');
  const listeners = [
    ...DIRECTIONS.map((direction) => captureListener(direction, listenOn(PORTS[direction]), observes)),
    httpListener('health', listenOn(PORTS.health), observes ? DRAIN_FILTERS : [], [
      adminPage('/healthz/ready', '/ready'),
      ...(observes ? [DRAIN_ROUTE] : []),
    ]),
    ...(observes ? [httpListener('prometheus', listenOn(PORTS.prometheus), [], [adminPage(STATS, STATS)])] : []),
  ];
  const clusters = [
    ...DIRECTIONS.map((direction) => originalDestination(direction, observes ? OWN_UPSTREAM_CONNECTION : {})),
    BLACK_HOLE_UPSTREAM,
    ADMIN_UPSTREAM,
  ];
  return { admin: ADMIN, ...(observes ? { layered_runtime: RUNTIME } : {}), static_resources: { listeners, clusters } };
}
