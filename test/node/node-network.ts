import { randomInt } from 'node:crypto';
import { type NetworkNamespace, networkNamespace, output } from '../network/network-namespace.ts';
import type { Guard } from '../processes/guard.ts';

/** The addresses of one node's pods and of its cluster's Services. */
export interface NodeAddresses {
  /** Of the machine, as its pods see it. */
  readonly machine: string;
  /** Of the Service `kubernetes`, under which pods call the API server. */
  readonly kubernetes: string;
  /** Flag of an API server whose Services have addresses of their own, which are routed to this machine. */
  readonly apiServerArgs: readonly string[];
}

/** A bridge to which the pods of one node and the machine itself are connected. */
export interface NodeNetwork extends NodeAddresses {
  /** Connects a pod: gives it an address of its own and the machine as its default route. Resolves with the address. */
  attach(pod: NetworkNamespace): Promise<string>;
}

const TRIES = 50;
const LAST_POD = 250;

/**
 * Makes a node's network. The bridge lies in a namespace of its own and reaches the machine by one cable, which the kernel takes
 * away with that namespace: nothing is left, however the tests end.
 */
export async function openNodeNetwork(guard: Guard): Promise<NodeNetwork> {
  const bridge = await networkNamespace(guard);
  const cable = `pillion${bridge.pid}`;
  await bridge.run('ip', 'link', 'add', 'pods', 'type', 'bridge');
  await bridge.run('ip', 'link', 'set', 'pods', 'up');
  await bridge.run('ip', 'link', 'add', 'machine', 'type', 'veth', 'peer', 'name', cable, 'netns', String(process.pid));
  await bridge.run('ip', 'link', 'set', 'machine', 'master', 'pods', 'up');
  await output('ip', 'link', 'set', cable, 'up');
  const { pods, services } = await freeRange(cable);
  const addresses = { machine: `${pods}.1`, kubernetes: `${services}.1` };
  // the route is there already: it is what claimed the range
  await output('ip', 'address', 'add', `${addresses.machine}/24`, 'dev', cable, 'noprefixroute');
  await output('ip', 'address', 'add', `${addresses.kubernetes}/32`, 'dev', cable);

  let attached = 1;
  return {
    ...addresses,
    apiServerArgs: [`--service-cluster-ip-range=${services}.0/24`, '--enable-aggregator-routing=true'],
    async attach(pod) {
      // an address is not used again: whoever still calls a pod that has gone must not reach another one
      const number = ++attached;
      if (number > LAST_POD)
        throw new Error(`the node has had ${LAST_POD} pods: give the tests another node, or fewer pods`);
      const end = `pod${number}`;
      const address = `${pods}.${number}`;
      await bridge.run('ip', 'link', 'add', end, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', String(pod.pid));
      await bridge.run('ip', 'link', 'set', end, 'master', 'pods', 'up');
      await pod.run('ip', 'address', 'add', `${address}/24`, 'dev', 'eth0');
      await pod.run('ip', 'link', 'set', 'eth0', 'up');
      await pod.run('ip', 'route', 'add', 'default', 'via', addresses.machine);
      return address;
    },
  };
}

/** Takes two neighbouring /24 ranges that nobody on this machine uses; other test processes may do the same at this moment. */
async function freeRange(cable: string): Promise<{ readonly pods: string; readonly services: string }> {
  let last: unknown;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const [second, third] = [randomInt(200, 250), 2 * randomInt(0, 128)];
    const pods = `10.${second}.${third}`;
    try {
      // a route that stands already is refused, so the range is claimed by one step
      await output('ip', 'route', 'add', `${pods}.0/24`, 'dev', cable);
      return { pods, services: `10.${second}.${third + 1}` };
    } catch (error) {
      last = error;
    }
  }
  throw new Error('no range of addresses is free between 10.200.0.0 and 10.250.0.0: see `ip route`', { cause: last });
}
