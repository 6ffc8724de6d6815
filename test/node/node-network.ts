import { randomInt } from 'node:crypto';
import { type NetworkNamespace, networkNamespace, output } from '../network/network-namespace.ts';
import type { Guard } from '../processes/guard.ts';
import { setKernel } from './kernel-settings.ts';

/** The addresses of one node's pods and of its cluster's Services. */
export interface NodeAddresses {
  /** Of the machine, as its pods see it. */
  readonly machine: string;
  /** Of the Service `kubernetes`, under which pods call the API server. */
  readonly kubernetes: string;
  /** The ranges in which Services have their addresses, IPv4 first. */
  readonly services: readonly string[];
  /** Flags of an API server whose Services have their addresses there. */
  readonly apiServerArgs: readonly string[];
}

/** A bridge to which the pods of one node and the machine itself are connected. */
export interface NodeNetwork extends NodeAddresses {
  /** The default route of every pod: what pods send each other passes here, so that it can be sent elsewhere. */
  readonly router: NetworkNamespace;
  /** Connects a pod: gives it addresses of its own, the IPv4 one first, and its routes. Resolves with the addresses. */
  attach(pod: NetworkNamespace): Promise<readonly [string, ...string[]]>;
}

const TRIES = 50;
const LAST_POD = 250;
/** The last part of the router’s addresses. */
const ROUTER = 254;
/** Of the link layer, administered locally; nothing beyond the pods of this node sees it. */
const BRIDGE_ADDRESS = '02:70:69:6c:6c:01';

/**
 * Makes a node's network. The bridge lies in a namespace of its own and reaches the machine by one cable, which the kernel takes
 * away with that namespace: nothing is left, however the tests end.
 */
export async function openNodeNetwork(
  guard: Guard,
  { dualStack = false }: { readonly dualStack?: boolean } = {},
): Promise<NodeNetwork> {
  const bridge = await networkNamespace(guard);
  const cable = `pillion${bridge.pid}`;
  // otherwise it takes that of a pod, and when that pod goes, the others still send to where nobody listens
  await bridge.run('ip', 'link', 'add', 'pods', 'address', BRIDGE_ADDRESS, 'type', 'bridge');
  await bridge.run('ip', 'link', 'set', 'pods', 'up');
  await bridge.run('ip', 'link', 'add', 'machine', 'type', 'veth', 'peer', 'name', cable, 'netns', String(process.pid));
  await bridge.run('ip', 'link', 'set', 'machine', 'master', 'pods', 'up');
  await output('ip', 'link', 'set', cable, 'up');
  const [{ pods, services }, ipv6] = await freeRanges(cable);
  const addresses = { machine: `${pods}.1`, kubernetes: `${services}.1` };
  // the route is there already: it is what claimed the range
  await output('ip', 'address', 'add', `${addresses.machine}/24`, 'dev', cable, 'noprefixroute');
  await output('ip', 'address', 'add', `${addresses.kubernetes}/32`, 'dev', cable);
  await makeRouter(bridge, `${pods}.${ROUTER}/24`);
  await bridge.run('ip', 'route', 'add', 'default', 'via', addresses.machine);
  if (dualStack) {
    await output('ip', '-6', 'address', 'add', `${ipv6.pods}::1/64`, 'dev', cable, 'nodad');
    await bridge.run('ip', '-6', 'address', 'add', `${ipv6.pods}::${ROUTER}/64`, 'dev', 'pods', 'nodad');
    await bridge.run('ip', '-6', 'route', 'add', 'default', 'via', `${ipv6.pods}::1`);
  }

  const ranges = [`${services}.0/24`, ...(dualStack ? [`${ipv6.services}::/112`] : [])];
  let attached = 1;
  return {
    ...addresses,
    router: bridge,
    services: ranges,
    apiServerArgs: [`--service-cluster-ip-range=${ranges.join(',')}`, '--enable-aggregator-routing=true'],
    async attach(pod) {
      // an address is not used again: whoever still calls a pod that has gone must not reach another one
      const number = ++attached;
      if (number > LAST_POD)
        throw new Error(`the node has had ${LAST_POD} pods: give the tests another node, or fewer pods`);
      const end = `pod${number}`;
      const address = `${pods}.${number}`;
      await bridge.run('ip', 'link', 'add', end, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', String(pod.pid));
      await bridge.run('ip', 'link', 'set', end, 'master', 'pods', 'up');
      await pod.run('ip', 'link', 'set', 'eth0', 'up');
      const router = { ipv4: `${pods}.${ROUTER}`, ipv6: `${ipv6.pods}::${ROUTER}` };
      // an address without a network: otherwise pods would answer each other past the router, which knows who was really called
      await pod.run('ip', 'address', 'add', `${address}/32`, 'dev', 'eth0');
      await pod.run('ip', 'route', 'add', addresses.machine, 'dev', 'eth0', 'scope', 'link');
      await pod.run('ip', 'route', 'add', addresses.kubernetes, 'via', addresses.machine);
      await pod.run('ip', 'route', 'add', router.ipv4, 'dev', 'eth0', 'scope', 'link');
      await pod.run('ip', 'route', 'add', 'default', 'via', router.ipv4);
      if (!dualStack) return [address];
      const second = `${ipv6.pods}::${number}`;
      await setKernel(pod, [{ name: 'net.ipv6.conf.eth0.accept_redirects', value: '0' }]);
      await pod.run('ip', '-6', 'address', 'add', `${second}/128`, 'dev', 'eth0', 'nodad');
      await pod.run('ip', '-6', 'route', 'add', `${ipv6.pods}::1`, 'dev', 'eth0');
      await pod.run('ip', '-6', 'route', 'add', router.ipv6, 'dev', 'eth0');
      await pod.run('ip', '-6', 'route', 'add', 'default', 'via', router.ipv6);
      return [address, second];
    },
  };
}

/** Lets the bridge's namespace pass on what pods send; it never tells them a shorter way. */
async function makeRouter(bridge: NetworkNamespace, address: string): Promise<void> {
  await bridge.run('ip', 'address', 'add', address, 'dev', 'pods');
  await setKernel(bridge, [
    { name: 'net.ipv4.ip_forward', value: '1' },
    { name: 'net.ipv6.conf.all.forwarding', value: '1' },
  ]);
  // with br_netfilter the kernel would pass packets on below the router, and a pod would not reach itself
  const below = 'for file in /proc/sys/net/bridge/bridge-nf-call-*; do [ -e "$file" ] && echo 0 > "$file"; done; true';
  await bridge.run('sh', '-c', below);
  const redirects = ['all', 'pods'].map((one) => ({ name: `net.ipv4.conf.${one}.send_redirects`, value: '0' }));
  await setKernel(bridge, redirects);
}

interface Range {
  readonly pods: string;
  readonly services: string;
}

/**
 * Takes two neighbouring /24 ranges that nobody on this machine uses; other test processes may do the same at this moment.
 * Resolves with their beginnings and those of the IPv6 ranges that belong to them.
 */
async function freeRanges(cable: string): Promise<readonly [Range, Range]> {
  let last: unknown;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const [second, third] = [randomInt(200, 250), 2 * randomInt(0, 128)];
    const pods = `10.${second}.${third}`;
    try {
      // a route that stands already is refused, so the range is claimed by one step
      await output('ip', 'route', 'add', `${pods}.0/24`, 'dev', cable);
      return [
        { pods, services: `10.${second}.${third + 1}` },
        { pods: `fd70:${second}:${third}`, services: `fd70:${second}:${third + 1}` },
      ];
    } catch (error) {
      last = error;
    }
  }
  throw new Error('no range of addresses is free between 10.200.0.0 and 10.250.0.0: see `ip route`', { cause: last });
}
