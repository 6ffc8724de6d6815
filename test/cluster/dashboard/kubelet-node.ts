import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../../processes/free-port.ts';
import type { Guard } from '../../processes/guard.ts';
import { findKubelet } from '../../tools/kubelet.ts';
import type { ApiClient } from '../api-client.ts';
import { eventually } from '../eventually.ts';
import { keepAlive } from '../living-nodes.ts';

/** A node whose kubelet forwards the ports of its pods to addresses of this machine. */
export interface KubeletNode {
  readonly name: string;
  /** Where a port of a pod leads to from now on; nowhere without an address. */
  lead(pod: string, port: number, address?: string): Promise<void>;
  /** How many connections it was asked for. */
  forwards(): Promise<number>;
  stop(): Promise<void>;
}

/** Starts one. Its process ends with the guard. */
export async function startKubeletNode(api: ApiClient, guard: Guard, name = 'node-1'): Promise<KubeletNode> {
  const [program, port] = [await findKubelet(), await freePort()];
  const [file, log] = [join(guard.folder, `${name}.json`), join(guard.folder, `${name}.log`)];
  const led = new Map<string, Map<string, string>>();
  const write = async () => {
    const pods = Object.fromEntries([...led].map(([pod, ports]) => [pod, Object.fromEntries(ports)]));
    // whole, since it is read meanwhile
    await writeFile(`${file}.new`, JSON.stringify(pods));
    await rename(`${file}.new`, file);
  };
  await write();
  await guard.start({ command: program, args: [`127.0.0.1:${port}`, file], log });
  await eventually('the kubelet listens', async () => (await readFile(log, 'utf8')).includes('listening on'));
  const status = {
    addresses: [{ type: 'InternalIP', address: '127.0.0.1' }],
    daemonEndpoints: { kubeletEndpoint: { Port: port } },
    allocatable: { cpu: '8', memory: '16Gi', pods: '250' },
    capacity: { cpu: '8', memory: '16Gi', pods: '250' },
  };
  const stop = await keepAlive(api, [{ metadata: { name }, status }]);
  return {
    name,
    lead: async (pod, to, address) => {
      const ports = led.get(pod) ?? new Map<string, string>();
      led.set(pod, ports);
      if (address === undefined) ports.delete(String(to));
      else ports.set(String(to), address);
      await write();
    },
    forwards: async () =>
      (await readFile(log, 'utf8')).split('\n').filter((line) => line.startsWith('forward ')).length,
    stop,
  };
}
