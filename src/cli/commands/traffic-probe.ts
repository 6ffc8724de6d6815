import { setTimeout as sleep } from 'node:timers/promises';
import { type Counted, countersOf, grownBy } from '../../core/verification/counters.ts';
import { answersOf, certainlyAtOnce } from '../../core/verification/observations.ts';
import type { ProbePlan } from '../../core/verification/probe-plan.ts';
import type { ProbeEnding } from '../../core/verification/probe-report.ts';
import type { Environment } from '../environment.ts';
import { pageOf, sendRequests } from '../probe-requests.ts';

export interface TrafficProbeFlags extends Omit<ProbePlan, 'path'> {
  /** The upstreams whose counters are told. */
  readonly upstream: string[];
  /** Where the sidecar tells its statistics. */
  readonly statistics: string;
  /** Where the report goes. */
  readonly report: string;
}

// in the order Classic the sidecar starts beside the probe
const SIDECAR_WITHIN_MS = 30_000;
const PAGE_WITHIN_MS = 5_000;
const EVERY_MS = 250;
// a pod that has failed is left out a moment after the answer, by another thread of Envoy
const SETTLES_WITHIN_MS = 300;

/**
 * `pillion traffic probe URL`: what the pod of `pillion traffic verify` runs. Sends requests through its sidecar, whose counters it reads before and
 * after, and leaves what it saw as its last message.
 * @returns 0 when it could look, else 1
 */
export async function trafficProbe(url: string, flags: TrafficProbeFlags, environment: Environment): Promise<number> {
  const ending = await probed(url, flags);
  await environment.writeFile(flags.report, JSON.stringify(ending));
  environment.stdout(`${JSON.stringify(ending)}\n`);
  return 'problem' in ending ? 1 : 0;
}

async function probed(url: string, flags: TrafficProbeFlags): Promise<ProbeEnding> {
  const { statistics, upstream } = flags;
  const counted = async (): Promise<Counted | undefined> => {
    const page = await pageOf(statistics, PAGE_WITHIN_MS);
    return page === undefined ? undefined : countersOf(page, upstream);
  };
  const before = await patiently(counted);
  if (before === undefined)
    return { problem: `the sidecar told no statistics at ${statistics} within ${SIDECAR_WITHIN_MS / 1_000} s` };
  const observations = await sendRequests(url, flags);
  await sleep(SETTLES_WITHIN_MS);
  const after = await counted();
  if (after === undefined) return { problem: `the sidecar told no statistics at ${statistics} after the requests` };
  return {
    sent: observations.length,
    answers: [...answersOf(observations)],
    atOnce: certainlyAtOnce(observations),
    counted: { ...grownBy(before, after) },
  };
}

async function patiently<T>(look: () => Promise<T | undefined>): Promise<T | undefined> {
  const overMs = performance.now() + SIDECAR_WITHIN_MS;
  for (;;) {
    const seen = await look();
    if (seen !== undefined || performance.now() > overMs) return seen;
    await sleep(EVERY_MS);
  }
}
