import { canonicalJson } from '../../json/canonical.ts';
import type { Fields } from './fields.ts';
import { OWN_GATEWAY } from './gateway-servers.ts';
import { destinationsOf, type ReadRoute } from './read-route.ts';

/**
 * To whom a gateway passes TLS connections on, by the routes of a VirtualService.
 * @param hosts of the VirtualService; values lead each of them to the service
 * @returns undefined where they lead nowhere
 */
export function tlsReceivers(
  spec: Fields,
  hostOf: (host: string) => string,
  hosts: readonly string[],
): Pick<ReadRoute, 'path' | 'to'> | undefined {
  const asked = new Set<string>();
  const routes = spec.list('tls').map((route) => {
    for (const match of route.list('match')) {
      for (const host of match.texts('sniHosts')) asked.add(host);
      const port = match.number('port');
      if (port !== undefined && port !== OWN_GATEWAY.httpsPort)
        match.leave('port', `is ${port}; values ask for ${OWN_GATEWAY.httpsPort}, where gateways take TLS`);
      match.end();
    }
    const to = destinationsOf(route, hostOf);
    route.end();
    return { route, to };
  });
  const closed = hosts.filter((host) => !asked.has(host));
  if (closed.length > 0)
    spec.leave('tls', `has no route for ${closed.join(', ')}; values lead every host of it to the service`);
  const [first, ...others] = routes;
  for (const { route, to } of others)
    if (canonicalJson(to) !== canonicalJson(first?.to))
      route.leave('route', 'is not that of the first TLS route; values lead every connection to the same place');
  return first === undefined || first.to.length === 0 ? undefined : { path: first.route.path, to: first.to };
}
