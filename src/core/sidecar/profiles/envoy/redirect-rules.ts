import { SIDECAR_UID } from '../../names.ts';
import { PORTS } from './names.ts';
import type { AddressBlock, PortRange } from './traffic-exclusions.ts';

export interface Exclusions {
  readonly inboundPorts: readonly PortRange[];
  readonly outboundPorts: readonly PortRange[];
  readonly outboundCidrs: readonly AddressBlock[];
}

/**
 * The nftables ruleset that sends a pod’s TCP traffic through the sidecar, IPv4 and IPv6 alike. nft takes it as one
 * transaction: a pod has all of it or none.
 * It is written as text because nft reads text; nothing in it comes from a user but parsed ports and address blocks.
 */
export function redirectRules(exclude: Exclusions, ipFamilies: 'DualStack' | 'IPv4'): string {
  const dualStack = ipFamilies === 'DualStack';
  const table = dualStack ? 'inet pillion' : 'ip pillion';
  const blocks = exclude.outboundCidrs.filter(({ family }) => dualStack || family === 'ip');
  const inbound = [
    'type nat hook prerouting priority dstnat; policy accept;',
    `tcp dport { ${PORTS.probes}, ${PORTS.health}, ${PORTS.prometheus} } return`,
    ...exclude.inboundPorts.map(portRule),
    `meta l4proto tcp redirect to :${PORTS.inbound}`,
  ];
  const outbound = [
    'type nat hook output priority -100; policy accept;',
    `meta skuid ${SIDECAR_UID} return`,
    'ip daddr 127.0.0.0/8 return',
    ...(dualStack ? ['ip6 daddr ::1 return'] : []),
    ...exclude.outboundPorts.map(portRule),
    ...blocks.map(({ family, cidr }) => `${family} daddr ${cidr} return`),
    `meta l4proto tcp redirect to :${PORTS.outbound}`,
  ];
  return [
    // a restarted container would otherwise add the rules a second time; the empty table makes the deletion always valid
    `table ${table} {}`,
    `delete table ${table}`,
    `table ${table} {`,
    ...chain('inbound', inbound),
    ...chain('outbound', outbound),
    '}',
  ].join('\n');
}

// one rule an entry: a set with overlapping intervals is refused by nft
const portRule = ({ from, to }: PortRange): string => `tcp dport ${from === to ? from : `${from}-${to}`} return`;

const chain = (name: string, rules: readonly string[]): string[] => [
  `  chain ${name} {`,
  ...rules.map((rule) => `    ${rule}`),
  '  }',
];
