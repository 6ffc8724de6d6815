import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Guard } from '../processes/guard.ts';

const run = promisify(execFile);

/** A network of its own, held by a process: it goes away with the guard. */
export interface NetworkNamespace {
  /** The words before a command that make it run there. */
  readonly enter: readonly string[];
  /** Runs a command there and returns what it printed; rejects when it fails. */
  run(command: string, ...args: readonly string[]): Promise<string>;
}

export interface Addresses {
  readonly ipv4: string;
  readonly ipv6: string;
}

const PREFIX = { ipv4: 24, ipv6: 64 };

async function namespace(guard: Guard): Promise<{ pid: number } & NetworkNamespace> {
  const holder = await guard.start({
    command: 'unshare',
    args: ['--net', 'sleep', 'infinity'],
    log: `${guard.folder}/network.log`,
    graceMs: 0,
  });
  const enter = ['nsenter', '--target', String(holder.pid), '--net'];
  const inside = async (command: string, ...args: readonly string[]) => {
    const [first = '', ...rest] = [...enter, command, ...args];
    return (await run(first, rest)).stdout;
  };
  // the process is there before its namespace is
  while ((await inside('ip', '-o', 'link')).split('\n').filter((line) => line !== '').length !== 1)
    await new Promise((resolve) => setTimeout(resolve, 10));
  await inside('ip', 'link', 'set', 'lo', 'up');
  return { pid: holder.pid, enter, run: inside };
}

/** Two networks joined by a cable; each has the other as its default route, as a pod has its node. */
export async function joinedNetworks(
  guard: Guard,
  pod: Addresses,
  peer: Addresses,
): Promise<{ readonly pod: NetworkNamespace; readonly peer: NetworkNamespace }> {
  const [inPod, inPeer] = [await namespace(guard), await namespace(guard)];
  await inPod.run('ip', 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', String(inPeer.pid));
  for (const [where, own, other] of [
    [inPod, pod, peer],
    [inPeer, peer, pod],
  ] as const) {
    await where.run('ip', 'address', 'add', `${own.ipv4}/${PREFIX.ipv4}`, 'dev', 'eth0');
    await where.run('ip', 'address', 'add', `${own.ipv6}/${PREFIX.ipv6}`, 'dev', 'eth0', 'nodad');
    await where.run('ip', 'link', 'set', 'eth0', 'up');
    await where.run('ip', 'route', 'add', 'default', 'via', other.ipv4);
    await where.run('ip', '-6', 'route', 'add', 'default', 'via', other.ipv6);
  }
  return { pod: inPod, peer: inPeer };
}
