import { isIPv4 } from 'node:net';
import { clusterAddresses, isSameFamily, type ServiceEndpoints } from './service-endpoints.ts';

const TABLE = 'inet services';
const PROTOCOLS = ['TCP', 'UDP'];

/**
 * The nftables ruleset that sends connections to a Service's address to one of its endpoints, each as often as the others.
 * A port of a Service without endpoints, and an address that no Service has, refuses them.
 * @param ranges in which Services have their addresses
 */
export function serviceRules(all: readonly ServiceEndpoints[], ranges: readonly string[]): string {
  const backends = [...new Set(all.flatMap(({ endpoints }) => endpoints.map(({ address }) => address)))];
  return [
    // the empty table makes the deletion always valid
    `table ${TABLE} {}`,
    `delete table ${TABLE}`,
    `table ${TABLE} {`,
    ...chain('destinations', 'type nat hook prerouting priority dstnat', all.flatMap(destinations)),
    // whoever reaches itself through a Service would answer itself past the router
    ...chain('itself', 'type nat hook postrouting priority srcnat', backends.map(masqueraded)),
    ...chain(
      'refused',
      'type filter hook forward priority filter',
      ranges.map((range) => `${family(range.split('/')[0] ?? '')} daddr ${range} reject`),
    ),
    '}',
  ].join('\n');
}

function destinations({ service, endpoints }: ServiceEndpoints): readonly string[] {
  return clusterAddresses(service).flatMap((address) =>
    (service.spec?.ports ?? [])
      .filter(({ protocol = 'TCP' }) => PROTOCOLS.includes(protocol))
      .flatMap(({ name = '', port, protocol = 'TCP' }) => {
        const targets = endpoints.filter(
          (endpoint) => isSameFamily(endpoint.address, address) && endpoint.ports.has(name),
        );
        const to = `${family(address)} daddr ${address} ${protocol.toLowerCase()} dport ${port}`;
        return targets.map((target, index) => {
          // of those that are left each is as likely as the others
          const left = targets.length - index;
          const chance = left === 1 ? '' : `numgen random mod ${left} 0 `;
          return `${to} ${chance}dnat ${family(address)} to ${socket(target.address, target.ports.get(name) ?? 0)}`;
        });
      }),
  );
}

const masqueraded = (address: string) =>
  `${family(address)} saddr ${address} ${family(address)} daddr ${address} masquerade`;

const family = (address: string) => (isIPv4(address) ? 'ip' : 'ip6');
const socket = (address: string, port: number) => (isIPv4(address) ? `${address}:${port}` : `[${address}]:${port}`);

const chain = (name: string, hook: string, rules: readonly string[]): string[] => [
  `  chain ${name} {`,
  `    ${hook};`,
  ...rules.map((rule) => `    ${rule}`),
  '  }',
];
