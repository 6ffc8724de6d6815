import type { Exposure } from '../../api/traffic/exposure.ts';
import { isObject } from '../../json/is-object.ts';
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
  const led = new Set(ways.filter(isOwn).flatMap(({ hosts }) => hosts));
  return [...(own === undefined ? [] : serversOf(own, led)), ...shared(ways.filter((way) => !isOwn(way)))];
}

function serversOf({ spec, left }: IstioObject, led: ReadonlySet<string>): readonly Exposure[] {
  return spec.list('servers').flatMap((server) => {
    const hosts = server.texts('hosts').map((host) => host.replace(/^[^/]*\//, ''));
    const known = hosts.filter((host) => led.has(host));
    if (known.length === 0) {
      left(server.path, `is for ${hosts.join(', ')}, which no VirtualService in these files leads to the service`);
      return [];
    }
    const tls = tlsOf(server.take('tls'), (message) => left(server.pathOf('tls'), message));
    return [{ hosts: known, ...(tls === undefined ? {} : { tls }) }];
  });
}

const MODES: Readonly<Record<string, 'simple' | 'mutual' | 'passthrough'>> = {
  SIMPLE: 'simple',
  MUTUAL: 'mutual',
  PASSTHROUGH: 'passthrough',
};

function tlsOf(tls: unknown, left: (message: string) => void): Exposure['tls'] | undefined {
  if (!isObject(tls)) return undefined;
  const { mode = 'SIMPLE', credentialName } = tls;
  const known = typeof mode === 'string' && Object.hasOwn(MODES, mode) ? MODES[mode] : undefined;
  if (known === undefined) {
    left(`is of mode ${String(mode)}; accepted: ${Object.keys(MODES).join(', ')}`);
    return undefined;
  }
  if (known !== 'passthrough' && typeof credentialName !== 'string')
    left('has no credentialName; values name a Secret with the certificate');
  return { mode: known, ...(typeof credentialName === 'string' ? { secret: credentialName } : {}) };
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
