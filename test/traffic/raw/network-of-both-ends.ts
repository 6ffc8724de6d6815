import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CapturedPod, eventually, openCapturedPod, PEER, POD } from '../captured-pod.ts';
import type { Exchange, Seen } from './exchange.ts';

const PORT = 8080;
const program = (name: string) => fileURLToPath(new URL(`./${name}.ts`, import.meta.url));

/** The ways from a client to a server: past the sidecar, or through it in one direction. */
export const WAYS = ['direct', 'inbound', 'outbound'] as const;
export type Way = (typeof WAYS)[number];

/** A raw server on each side of the sidecar. */
export async function openRawServers(): Promise<{
  run(way: Way, exchanges: readonly Exchange[]): Promise<readonly Seen[]>;
  readonly network: CapturedPod;
}> {
  const network = await openCapturedPod();
  const { guard, pod, peer, startIn } = network;
  const control = (side: 'pod' | 'peer') => `${guard.folder}/${side}.sock`;
  // as root, who can read the programs wherever they are; the redirect captures every user but the sidecar
  const serve = (side: 'pod' | 'peer') =>
    startIn(network[side], [process.execPath, program('server'), String(PORT), control(side)], side);
  await Promise.all([serve('pod'), serve('peer')]);

  const ways = {
    // loopback is never captured
    direct: { from: peer, to: '127.0.0.1', server: 'peer' },
    inbound: { from: peer, to: POD.ipv4, server: 'pod' },
    outbound: { from: pod, to: PEER.ipv4, server: 'peer' },
  } as const;
  let files = 0;
  const run = async (way: Way, exchanges: readonly Exchange[]) => {
    const { from, to, server } = ways[way];
    const file = join(guard.folder, `exchanges-${++files}.json`);
    await writeFile(file, JSON.stringify(exchanges));
    await from.run(process.execPath, program('client'), to, String(PORT), control(server), file, `${file}.seen`);
    return JSON.parse(await readFile(`${file}.seen`, 'utf8')) as readonly Seen[];
  };
  for (const way of WAYS) await eventually(() => run(way, []));
  return { run, network };
}
