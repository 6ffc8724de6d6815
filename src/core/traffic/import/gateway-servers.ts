import type { Exposure } from '../../api/traffic/exposure.ts';
import { canonicalJson } from '../../json/canonical.ts';
import type { Fields } from './fields.ts';
import type { IstioObject } from './istio-objects.ts';

/** The Gateway that values make, where no platform team edited it: charts/mesh-standard/files/installation.yaml. */
export const OWN_GATEWAY = { selector: { istio: 'ingressgateway' }, httpPort: 80, httpsPort: 443 } as const;

/** What a server says, and how it is to be written. */
interface Server {
  readonly fields: Fields;
  readonly hosts: readonly string[];
  readonly tls: Exposure['tls'] | undefined;
}

/**
 * The ways in that a service’s own Gateway opens.
 * @param led the hosts that VirtualServices lead from it to the service
 */
export function serversOf({ spec }: IstioObject, led: ReadonlySet<string>): readonly Exposure[] {
  const selector = spec.take('selector');
  if (canonicalJson(selector ?? {}) !== canonicalJson(OWN_GATEWAY.selector))
    spec.leave('selector', `is ${canonicalJson(selector ?? {})}; ${chosen(canonicalJson(OWN_GATEWAY.selector))}`);
  const servers = spec.list('servers').flatMap((fields) => serverOf(fields, led) ?? []);
  spec.end();
  // values have each host once; with TLS it says more
  const ordered = [
    ...servers.filter(({ tls }) => tls !== undefined),
    ...servers.filter(({ tls }) => tls === undefined),
  ];
  const claimed = new Map<string, Server>();
  for (const server of ordered) {
    const again = server.hosts.filter((host) => claimed.has(host));
    if (again.length > 0)
      server.fields.leave('hosts', `has ${again.join(', ')}, as another server has; values have each host once`);
    for (const host of server.hosts) if (!claimed.has(host)) claimed.set(host, server);
  }
  return servers.flatMap((server) => {
    const hosts = server.hosts.filter((host) => claimed.get(host) === server);
    return hosts.length === 0 ? [] : [{ hosts, ...(server.tls === undefined ? {} : { tls: server.tls }) }];
  });
}

const chosen = (what: string): string =>
  `the platform team chooses it for the Gateways of values, in files/installation.yaml of the central templates (${what} as they come)`;

function serverOf(fields: Fields, led: ReadonlySet<string>): Server | undefined {
  const asked = fields.texts('hosts').map((host) => host.replace(/^[^/]*\//, ''));
  const hosts = [...new Set(asked.flatMap((pattern) => [...led].filter((host) => covers(pattern, host))))];
  if (hosts.length === 0) {
    fields.leave('', `is for ${asked.join(', ')}, which no VirtualService in these files leads to the service`);
    return undefined;
  }
  const more = asked.filter((pattern) => !led.has(pattern));
  if (more.length > 0)
    fields.leave(
      'hosts',
      `has ${more.join(', ')}; values name the hosts that are led to the service, ${hosts.join(', ')}`,
    );
  fields.take('name');
  const port = fields.group('port');
  port.take('name');
  const number = port.number('number');
  const isPlain = PLAIN.has(port.text('protocol') ?? '');
  const tls = tlsOf(fields.group('tls'), isPlain);
  const wanted = tls === undefined ? OWN_GATEWAY.httpPort : OWN_GATEWAY.httpsPort;
  if (number !== wanted) port.leave('number', `is ${number ?? 'missing'}; ${chosen(String(wanted))}`);
  port.end();
  fields.end();
  return { fields, hosts, tls };
}

/** Whether a host of a server is another, or has it below a wildcard. */
const covers = (pattern: string, host: string): boolean =>
  pattern === host || pattern === '*' || (pattern.startsWith('*.') && host.endsWith(pattern.slice(1)));

// Source: istio.io/api, Port.protocol: TLS is ended, or passed through, only where it is HTTPS or TLS
const PLAIN: ReadonlySet<string> = new Set(['HTTP', 'HTTP2', 'GRPC', 'GRPC-WEB']);

const MODES: Readonly<Record<string, 'simple' | 'mutual' | 'passthrough'>> = {
  SIMPLE: 'simple',
  MUTUAL: 'mutual',
  PASSTHROUGH: 'passthrough',
};

function tlsOf(tls: Fields, isPlain: boolean): Exposure['tls'] | undefined {
  if (isPlain) {
    tls.end();
    return undefined;
  }
  // Source: istio.io/api, ServerTLSSettings.TLSmode, whose first word is the one that counts when nothing is said
  const mode = tls.text('mode') ?? 'PASSTHROUGH';
  const secret = tls.text('credentialName');
  const known = Object.hasOwn(MODES, mode) ? MODES[mode] : undefined;
  if (known === undefined) tls.leave('mode', `is ${mode}; accepted: ${Object.keys(MODES).join(', ')}`);
  else if (known !== 'passthrough' && secret === undefined)
    tls.leave('', 'has no credentialName; values name a Secret with the certificate');
  tls.end();
  return known === undefined ? undefined : { mode: known, ...(secret === undefined ? {} : { secret }) };
}
