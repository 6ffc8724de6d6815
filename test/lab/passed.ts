import { readFile } from 'node:fs/promises';
import type { PodWorker } from '../node/pod-worker.ts';
import { askEnvoy } from './administration.ts';

/** What the sidecar of a pod has counted. */
export interface Passed {
  /** Requests. */
  readonly http: number;
  /** Connections of everything that is not HTTP in clear text. */
  readonly tcp: number;
}

export type Direction = 'inbound' | 'outbound';

export const NOTHING: Passed = { http: 0, tcp: 0 };

/** What has passed the sidecar of a pod so far. */
export async function passed(pod: PodWorker, direction: Direction): Promise<Passed> {
  const names = { http: `http.${direction}.downstream_rq_total`, tcp: `tcp.${direction}.downstream_cx_total` };
  const counters = await statistics(pod, '^(http|tcp)\\.(in|out)bound\\.downstream_');
  // a counter that was never counted is not shown
  return { http: counters.get(names.http) ?? 0, tcp: counters.get(names.tcp) ?? 0 };
}

interface Stat {
  readonly name: string;
  readonly value: number;
}

/** The counters and gauges of a sidecar whose names match. */
export async function statistics(pod: PodWorker, pattern: string): Promise<ReadonlyMap<string, number>> {
  const path = `/stats?format=json&filter=${encodeURIComponent(pattern)}`;
  const { stats } = await askEnvoy<{ readonly stats: readonly Stat[] }>(pod, path);
  return new Map(stats.map(({ name, value }) => [name, value]));
}

/** Lines in the output of a pod's application that match. */
export async function linesOf(pod: PodWorker, pattern: RegExp): Promise<number> {
  const text = await readFile(pod.logOf('app'), 'utf8');
  return text.split('\n').filter((line) => pattern.test(line)).length;
}

/** How many requests for work the application of a pod had at once, at most. */
export async function mostAtWork(pod: PodWorker): Promise<number> {
  const text = await readFile(pod.logOf('app'), 'utf8');
  return Math.max(0, ...[...text.matchAll(/^at work (\d+)$/gm)].map(([, count]) => Number(count)));
}
