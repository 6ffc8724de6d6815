import type { Exposure } from '../../api/traffic/exposure.ts';
import { serversOf } from './gateway-servers.ts';
import type { ServiceKey } from './hosts.ts';
import type { IstioObject } from './istio-objects.ts';

/** A VirtualService that leads in from outside of the mesh. */
export interface WayIn {
  readonly object: IstioObject;
  readonly hosts: readonly string[];
  /** As namespace/name. */
  readonly gateway: string;
  /** Whether the service answers TLS itself. */
  readonly isPassedThrough: boolean;
}

/**
 * The ways in of a service. Of a Gateway of the service’s own, which has its name, the servers are read; of any other the name is enough.
 */
export function exposuresOf(
  { namespace, name }: ServiceKey,
  ways: readonly WayIn[],
  gateways: readonly IstioObject[],
): readonly Exposure[] {
  const own = gateways.find((gateway) => gateway.namespace === namespace && gateway.name === name);
  const isOwn = ({ gateway }: WayIn) => own !== undefined && gateway === `${namespace}/${name}`;
  if (own === undefined) return shared(ways);
  const led = new Set(ways.filter(isOwn).flatMap(({ hosts }) => hosts));
  const servers = serversOf(own, led);
  for (const { object, hosts } of ways.filter(isOwn)) {
    const closed = hosts.filter((host) => !servers.some((server) => server.hosts.includes(host)));
    if (closed.length > 0)
      object.left('/spec/hosts', `has ${closed.join(', ')}, for which the Gateway ${namespace}/${name} has no server`);
  }
  return [...servers, ...shared(ways.filter((way) => !isOwn(way)))];
}

/** Ways in through the same gateway are one. */
function shared(ways: readonly WayIn[]): readonly Exposure[] {
  const byGateway = new Map<string, WayIn[]>();
  for (const way of ways) {
    const key = `${way.gateway} ${way.isPassedThrough}`;
    byGateway.set(key, [...(byGateway.get(key) ?? []), way]);
  }
  return [...byGateway.values()].map(([first, ...others]) => ({
    hosts: [first, ...others].flatMap((way) => way?.hosts ?? []),
    gateway: first?.gateway ?? '',
    ...(first?.isPassedThrough === true ? { tls: { mode: 'passthrough' as const } } : {}),
  }));
}
