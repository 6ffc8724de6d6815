import { openGuard } from '../../processes/guard.ts';
import { redirectTraffic } from '../../traffic/injected-sidecar.ts';
import { median } from '../interleaved.ts';
import { residentBytes } from '../process-usage.ts';
import { grownConfig } from './grown-config.ts';
import { holdConnections } from './held-connections.ts';
import { APPLICATION_PORT, loneSidecar, openBenchPods, SERVER } from './pods.ts';

/** What a sidecar’s memory was measured against. */
export type Grown = 'clusters' | 'listeners' | 'connections';

/** The resident memory of a sidecar with so much of each: the median of the rounds. */
export interface MemoryPoint extends Readonly<Record<Grown, number>> {
  readonly residentBytes: number;
}

export interface MemoryRounds extends Readonly<Record<Grown, readonly number[]>> {
  readonly rounds: number;
  /** Something of everything, by which the sum of the parts is judged. */
  readonly mixed: Readonly<Record<Grown, number>>;
}

const NOTHING: Readonly<Record<Grown, number>> = { clusters: 0, listeners: 0, connections: 0 };
// the answer to each request begins and never ends
const APPLICATION = `require('node:http').createServer((q, r) => r.write('open')).listen(${APPLICATION_PORT})`;
// from the last change to the reading; later readings were the same
const SETTLE_MS = 1000;

/** Measures sidecars that have nothing but their own, then more and more of one thing, then something of everything. */
export async function measureMemory(sizes: MemoryRounds): Promise<readonly MemoryPoint[]> {
  const rounds: (readonly MemoryPoint[])[] = [];
  for (let round = 0; round < sizes.rounds; round += 1)
    rounds.push([
      await configured(NOTHING),
      ...(await each(sizes.clusters, (clusters) => configured({ ...NOTHING, clusters }))),
      ...(await each(sizes.listeners, (listeners) => configured({ ...NOTHING, listeners }))),
      ...(await connected(NOTHING, sizes.connections)),
      ...(await connected(sizes.mixed, [sizes.mixed.connections])),
    ]);
  const [first = []] = rounds;
  return first.map((point, index) => ({
    ...point,
    residentBytes: median(rounds.map((points) => points[index]?.residentBytes ?? Number.NaN)),
  }));
}

async function each<T>(counts: readonly number[], measure: (count: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (const count of counts) results.push(await measure(count));
  return results;
}

const settled = async (pid: number): Promise<number> => {
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  return residentBytes(pid);
};

async function configured(growth: Readonly<Record<Grown, number>>): Promise<MemoryPoint> {
  const guard = await openGuard();
  try {
    const { pid } = await loneSidecar(guard, grownConfig(growth));
    return { ...growth, residentBytes: await settled(pid) };
  } finally {
    await guard.stop();
  }
}

/** The server’s sidecar with more and more connections through it. */
async function connected(
  growth: Readonly<Record<Grown, number>>,
  counts: readonly number[],
): Promise<readonly MemoryPoint[]> {
  const { client, server, serve, stop } = await openBenchPods(grownConfig(growth));
  try {
    await serve([process.execPath, '-e', APPLICATION]);
    await redirectTraffic(server.network);
    const held = holdConnections(client.network, SERVER.ipv4, APPLICATION_PORT);
    const points = await each(counts, async (connections) => {
      await held.growTo(connections);
      return { ...growth, connections, residentBytes: await settled(server.sidecar) };
    });
    await held.close();
    return points;
  } finally {
    await stop();
  }
}
