import { cpus } from 'node:os';
import type { Progress } from '../../scripts/progress.mjs';
import type { Coefficients } from '../../src/core/capacity/coefficients.ts';
import { envoyVersion, findEnvoy } from '../envoy/binary.ts';
import { SystemPackages } from '../needs/system-packages.ts';
import { findFortio } from '../tools/fortio.ts';
import { profileSpec } from '../traffic/profile-variants.ts';
import { requireNetworkNamespaces, TRAFFIC_COMMANDS } from '../traffic/system-commands.ts';
import { coefficientsOf } from './sidecar/fit.ts';
import { type HopRounds, measureHops } from './sidecar/hops.ts';
import { type MemoryRounds, measureMemory } from './sidecar/memory.ts';
import type { SidecarFigures } from './sidecar/report.ts';

const HOP_ROUNDS: HopRounds = {
  rounds: 7,
  saturating: { connections: 16, seconds: 3 },
  // the load for which Istio publishes the cost of its sidecar: 1,000 requests a second, 1 KB each
  steady: { connections: 16, seconds: 5, rate: 1000 },
  rates: [250, 500, 1000, 2000],
  answerBytes: 1024,
};
const MEMORY_ROUNDS: MemoryRounds = {
  rounds: 3,
  clusters: [100, 1000, 5000],
  listeners: [50, 200, 500],
  connections: [100, 1000, 3000, 5000],
  mixed: { clusters: 1000, listeners: 100, connections: 1000 },
};

/** What the product’s own sidecar costs: on the way of requests, and of memory. Needs Linux, root and a fortio, which it builds. */
export async function measureSidecar(progress: Progress): Promise<SidecarFigures> {
  await requireNetworkNamespaces();
  await new SystemPackages().require(TRAFFIC_COMMANDS, progress);
  const [envoy, fortio] = [await findEnvoy({ progress }), await findFortio({ progress })];
  const requests = progress.step('requests through no, one and two sidecars, in turn');
  const hops = await measureHops(fortio, HOP_ROUNDS);
  requests.done();
  const growth = progress.step('memory of sidecars with more and more clusters, listeners and connections');
  const memory = await measureMemory(MEMORY_ROUNDS);
  growth.done();
  const about: Pick<Coefficients, 'date' | 'envoy' | 'machine' | 'workers'> = {
    date: new Date().toISOString().slice(0, 10),
    envoy: (await envoyVersion(envoy)) ?? 'unknown',
    machine: { cores: cpus().length, model: cpus()[0]?.model.trim() ?? 'unknown' },
    workers: profileSpec().sidecar.concurrency,
  };
  return { rounds: HOP_ROUNDS, hops, memory, coefficients: coefficientsOf(memory, hops.rates, about) };
}
