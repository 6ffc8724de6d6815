import { isIPv4, isIPv6 } from 'node:net';

/** Ports `from` to `to`, both included. */
export interface PortRange {
  readonly from: number;
  readonly to: number;
}

/** A block of addresses in CIDR notation and the family it belongs to. */
export interface AddressBlock {
  readonly cidr: string;
  readonly family: 'ip' | 'ip6';
}

export const MAX_ENTRIES = 128;

/**
 * A list of ports and port ranges as an annotation carries it: `8080,9000-9010`. Ranges are accepted although Istio
 * refuses them (istio#45810), since nftables takes them as they are.
 * @returns undefined when any entry is not a port or a range, or when there are more than `MAX_ENTRIES`
 */
export function parsePortRanges(text: string): readonly PortRange[] | undefined {
  return parseList(text, (entry) => {
    const [, first, last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(entry) ?? [];
    const [from, to] = [Number(first), Number(last)];
    return from >= 1 && from <= to && to <= 65535 ? { from, to } : undefined;
  });
}

/**
 * A list of address blocks as an annotation carries it: `10.0.0.0/8,fd00::/8`. An address without a prefix length is
 * refused, as by Istio: too often a forgotten one.
 * @returns undefined when any entry is not a block, or when there are more than `MAX_ENTRIES`
 */
export function parseAddressBlocks(text: string): readonly AddressBlock[] | undefined {
  return parseList(text, (entry) => {
    const [, address = '', length] = /^([0-9A-Fa-f:.]{2,45})\/(\d{1,3})$/.exec(entry) ?? [];
    if (isIPv4(address) && Number(length) <= 32) return { cidr: `${address}/${Number(length)}`, family: 'ip' };
    if (isIPv6(address) && Number(length) <= 128)
      return { cidr: `${canonicalIPv6(address)}/${Number(length)}`, family: 'ip6' };
    return undefined;
  });
}

// nft does not read every spelling of an IPv6 address, such as ::0:0.0.0.0; a URL’s host has one spelling only
const canonicalIPv6 = (address: string): string => new URL(`http://[${address}]`).hostname.slice(1, -1);

function parseList<T>(text: string, parse: (entry: string) => T | undefined): readonly T[] | undefined {
  if (text.trim() === '') return [];
  const entries = text.split(',', MAX_ENTRIES + 1);
  if (entries.length > MAX_ENTRIES) return undefined;
  const parsed = entries.map((entry) => parse(entry.trim()));
  return parsed.every((entry) => entry !== undefined) ? (parsed as readonly T[]) : undefined;
}
