import { isIPv4 } from 'node:net';
import type { Answer } from 'dns-packet';
import { clusterAddresses, type Endpoint, type ServiceEndpoints } from './service-endpoints.ts';

/** What is known of a name; undefined when there is no such name. */
export type Zone = (name: string) => readonly Answer[] | undefined;

// changes are to be seen at once
const TTL_SECONDS = 1;

/**
 * The names of a cluster, as Kubernetes specifies them (DNS-Based Service Discovery 1.1.0): of Services, of the endpoints of headless
 * ones, of named ports. There are no names of pods by their address, and none of the world outside.
 */
export function zoneOf(all: readonly ServiceEndpoints[], domain: string): Zone {
  const records = new Map<string, Answer[]>();
  const add = (name: string, ...answers: readonly Answer[]) =>
    records.set(name, [...(records.get(name) ?? []), ...answers]);
  for (const { service, endpoints } of all) {
    const { name, namespace } = service.metadata ?? {};
    const own = `${name}.${namespace}.svc.${domain}`;
    const { externalName, ports = [] } = service.spec ?? {};
    if (externalName !== undefined) {
      add(own, { type: 'CNAME', name: own, ttl: TTL_SECONDS, data: externalName });
      continue;
    }
    const addresses = clusterAddresses(service);
    // the name is there even when nobody stands behind it
    add(own, ...(addresses.length > 0 ? addresses : endpoints.map(({ address }) => address)).map(addressOf(own)));
    for (const address of addresses) add(reverse(address), pointer(reverse(address), own));
    const hosts = addresses.length > 0 ? [] : endpoints.filter(hasName);
    for (const { hostname, address } of hosts) add(`${hostname}.${own}`, addressOf(`${hostname}.${own}`)(address));
    for (const { name: port, protocol = 'TCP', port: number } of ports)
      if (port !== undefined && addresses.length > 0) {
        const named = `_${port}._${protocol.toLowerCase()}.${own}`;
        add(named, { type: 'SRV', name: named, ttl: TTL_SECONDS, data: { port: number, target: own } });
      }
  }
  return (name) => records.get(name.toLowerCase());
}

const hasName = (endpoint: Endpoint): endpoint is Endpoint & { readonly hostname: string } =>
  endpoint.hostname !== undefined;

const addressOf =
  (name: string) =>
  (address: string): Answer => ({ type: isIPv4(address) ? 'A' : 'AAAA', name, ttl: TTL_SECONDS, data: address });

const pointer = (name: string, target: string): Answer => ({ type: 'PTR', name, ttl: TTL_SECONDS, data: target });

function reverse(address: string): string {
  if (isIPv4(address)) return `${address.split('.').toReversed().join('.')}.in-addr.arpa`;
  const [before = '', after = ''] = address
    .split('::')
    .map((half) => half.split(':').filter(Boolean).map(group).join(''));
  const digits = before + '0'.repeat(32 - before.length - after.length) + after;
  return `${[...digits].toReversed().join('.')}.ip6.arpa`;
}

const group = (text: string) => text.padStart(4, '0');
