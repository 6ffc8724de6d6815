import { type NetworkNamespace, networkNamespace } from '../network/network-namespace.ts';
import type { Guard } from '../processes/guard.ts';

/** Of one or both families. */
export interface Addresses {
  readonly ipv4?: string;
  readonly ipv6?: string;
}

/** Two networks joined by a cable; each has the other as its default route, as a pod has its node. */
export async function joinedNetworks(
  guard: Guard,
  pod: Addresses,
  peer: Addresses,
): Promise<{ readonly pod: NetworkNamespace; readonly peer: NetworkNamespace }> {
  const [inPod, inPeer] = [await networkNamespace(guard), await networkNamespace(guard)];
  await inPod.run('ip', 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', String(inPeer.pid));
  for (const [where, own, other] of [
    [inPod, pod, peer],
    [inPeer, peer, pod],
  ] as const) {
    if (own.ipv4) await where.run('ip', 'address', 'add', `${own.ipv4}/24`, 'dev', 'eth0');
    if (own.ipv6) await where.run('ip', 'address', 'add', `${own.ipv6}/64`, 'dev', 'eth0', 'nodad');
    await where.run('ip', 'link', 'set', 'eth0', 'up');
    if (other.ipv4) await where.run('ip', 'route', 'add', 'default', 'via', other.ipv4);
    if (other.ipv6) await where.run('ip', '-6', 'route', 'add', 'default', 'via', other.ipv6);
  }
  return { pod: inPod, peer: inPeer };
}
