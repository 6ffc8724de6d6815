import type { V1Sysctl } from '@kubernetes/client-node';
import type { NetworkNamespace } from '../network/network-namespace.ts';

/** Sets what a network has of the kernel’s settings, by names such as net.ipv4.ip_forward. */
export async function setKernel(network: NetworkNamespace, settings: readonly V1Sysctl[]): Promise<void> {
  for (const { name, value } of settings) {
    const file = `/proc/sys/${name.replaceAll('.', '/')}`;
    await network.run('sh', '-c', 'echo "$1" > "$2"', 'sh', value, file);
  }
}
