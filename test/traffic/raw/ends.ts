import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { NetworkNamespace } from '../../network/network-namespace.ts';
import { eventually, openCapturedPod } from '../captured-pod.ts';
import { EVERY_WAY, WAYS, type Way } from '../ways.ts';
import type { Exchange, Seen } from './exchange.ts';

const CLIENT = fileURLToPath(new URL('./client.ts', import.meta.url));
const SERVER = fileURLToPath(new URL('./server.ts', import.meta.url));

export interface RawEnds {
  run(way: Way, exchanges: readonly Exchange[]): Promise<readonly Seen[]>;
  /** The options and timers of the TCP connections in the pod to a port. */
  connectionsTo(way: Way): Promise<string>;
  /** The network beside the pod’s. */
  readonly peer: NetworkNamespace;
  stop(): Promise<void>;
}

/**
 * Raw servers on both sides of the sidecar, and clients for them.
 * @param config what the sidecar runs on in place of what a pod carries
 */
export async function openRawEnds(config?: string): Promise<RawEnds> {
  const { guard, stop, ...networks } = await openCapturedPod(config);
  let files = 0;
  const run = async (way: Way, exchanges: readonly Exchange[]) => {
    const { from, to, port } = WAYS[way];
    const file = join(guard.folder, `exchanges-${++files}.json`);
    await writeFile(file, JSON.stringify(exchanges));
    const words = [CLIENT, to, String(port), `${guard.folder}/${way}.sock`, file, `${file}.seen`];
    await networks[from].run(process.execPath, ...words);
    return JSON.parse(await readFile(`${file}.seen`, 'utf8')) as readonly Seen[];
  };
  try {
    for (const way of EVERY_WAY) {
      // as root, who can read the programs wherever they are: the redirect captures every user but the sidecar
      const words = [process.execPath, SERVER, String(WAYS[way].port), `${guard.folder}/${way}.sock`];
      await networks[WAYS[way].in].start(words, way);
      await eventually(() => run(way, []));
    }
  } catch (error) {
    await stop();
    throw error;
  }
  const connectionsTo = (way: Way) =>
    networks.pod.run('ss', '-tnoH', 'state', 'established', `dport = :${WAYS[way].port}`);
  return { run, connectionsTo, peer: networks.peer, stop };
}
