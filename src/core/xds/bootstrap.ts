import type { EnvoyProfile } from '../api/envoy-profile.ts';
import { PORTS } from '../sidecar/profiles/envoy/names.ts';
import { ADMIN, ADMIN_UPSTREAM, adminPageListener } from './admin.ts';
import { BLACK_HOLE_UPSTREAM, captureListener, type Direction, originalDestination } from './capture.ts';
import { OWN_UPSTREAM_CONNECTION } from './http.ts';
import { type EnvoyMessage, podAddress } from './types.ts';

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
    adminPageListener('health', listenOn(PORTS.health), { from: '/healthz/ready', to: '/ready' }),
    ...(observes
      ? [
          adminPageListener('prometheus', listenOn(PORTS.prometheus), {
            from: '/stats/prometheus',
            to: '/stats/prometheus',
          }),
        ]
      : []),
  ];
  const clusters = [
    ...DIRECTIONS.map((direction) => originalDestination(direction, observes ? OWN_UPSTREAM_CONNECTION : {})),
    BLACK_HOLE_UPSTREAM,
    ADMIN_UPSTREAM,
  ];
  return { admin: ADMIN, static_resources: { listeners, clusters } };
}
