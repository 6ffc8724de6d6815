import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AdmissionReview } from '../../../src/core/admission/review.ts';
import { median } from '../interleaved.ts';
import type { BenchReview } from '../reviews.ts';
import { type Cost, type MeasuringProcess, startMeasuring } from './measuring-process.ts';
import { onOneCore } from './one-core.ts';

/** Istio’s handler and `admit` on the same bytes. */
export interface HandlerFigure {
  readonly name: string;
  readonly reviewBytes: number;
  /** Medians, in microseconds of processor time a call. */
  readonly istio: number;
  readonly pillion: number;
  readonly istioAllocations: number;
  readonly istioPatchBytes: number;
  readonly pillionPatchBytes: number;
  /** How many times faster ours is: the median of the rounds’ own ratios. */
  readonly ratio: number;
}

export interface PeerRounds {
  readonly rounds: number;
  /** How long one round of one side takes, about. */
  readonly roundMs: number;
}

const ADMIT_CALLS = fileURLToPath(new URL('./admit-calls.ts', import.meta.url));
const WARM_UP_MS = 2_000;

/** What a cluster of Kubernetes 1.33 or newer makes of `auto`; its nodes are not asked here. */
export const ISTIO_ENVIRONMENT = { ENABLE_NATIVE_SIDECARS: 'true' };

/**
 * Measures one review: each side in a process of its own that is kept on the same one core, in turn.
 * @param injector the program with Istio’s handler
 */
export async function measureHandlers(
  injector: string,
  { name, bytes }: BenchReview,
  { rounds, roundMs }: PeerRounds,
): Promise<HandlerFigure> {
  const folder = await mkdtemp(join(tmpdir(), 'pillion-bench-'));
  const review = join(folder, 'review.json');
  await writeFile(review, bytes);
  const core = await onOneCore();
  const started: MeasuringProcess[] = [];
  try {
    const istio = await startMeasuring([...core, injector, 'measure', review], ISTIO_ENVIRONMENT);
    started.push(istio);
    const pillion = await startMeasuring([...core, process.execPath, ADMIT_CALLS, review]);
    started.push(pillion);
    const patchBytes = {
      istio: patchedBytes("Istio's handler", istio.answer),
      pillion: patchedBytes('admit', pillion.answer),
    };
    const calls = { istio: await callsWithin(istio, roundMs), pillion: await callsWithin(pillion, roundMs) };
    const results: { readonly istio: Cost; readonly pillion: Cost }[] = [];
    for (let round = 0; round < rounds; round += 1) {
      // a machine that gets busier or idler is no advantage of whoever is second
      const before = round % 2 === 0 ? await istio.measure(calls.istio) : undefined;
      const ours = await pillion.measure(calls.pillion);
      results.push({ istio: before ?? (await istio.measure(calls.istio)), pillion: ours });
    }
    return {
      name,
      reviewBytes: bytes.length,
      istio: median(results.map((result) => result.istio.cpuNanoseconds)) / 1000,
      pillion: median(results.map((result) => result.pillion.cpuNanoseconds)) / 1000,
      istioAllocations: median(results.map((result) => result.istio.allocations ?? Number.NaN)),
      istioPatchBytes: patchBytes.istio,
      pillionPatchBytes: patchBytes.pillion,
      ratio: median(results.map((result) => result.istio.cpuNanoseconds / result.pillion.cpuNanoseconds)),
    };
  } finally {
    await Promise.all(started.map((process_) => process_.stop()));
    await rm(folder, { recursive: true });
  }
}

/** How many calls take about so long, once the compiler has seen enough of them. */
async function callsWithin(measuring: MeasuringProcess, ms: number): Promise<number> {
  let calls = 1;
  const end = performance.now() + WARM_UP_MS;
  let cost = await measuring.measure(calls);
  while (performance.now() < end) {
    calls = Math.max(1, Math.round((ms * 1e6) / cost.cpuNanoseconds));
    cost = await measuring.measure(calls);
  }
  return calls;
}

/** @throws Error when the pod was not injected: nothing would be compared */
function patchedBytes(who: string, { response }: AdmissionReview): number {
  const patch = Buffer.from(response.patch ?? '', 'base64');
  if (response.allowed && patch.includes('"istio-proxy"')) return patch.length;
  throw new Error(`${who} has not injected the pod of the benchmark: ${JSON.stringify(response)}`);
}
