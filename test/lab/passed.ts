import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import type { PodWorker } from '../node/pod-worker.ts';

/** What the sidecar of a pod has counted. */
export interface Passed {
  /** Requests. */
  readonly http: number;
  /** Connections of everything that is not HTTP in clear text. */
  readonly tcp: number;
}

export type Direction = 'inbound' | 'outbound';

export const NOTHING: Passed = { http: 0, tcp: 0 };

/** Asks Envoy over its administration socket, which lies in a volume of the sidecar. */
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
export function statistics(pod: PodWorker, pattern: string): Promise<ReadonlyMap<string, number>> {
  const socketPath = join(pod.volume('pillion-envoy-run'), 'admin.sock');
  const path = `/stats?format=json&filter=${encodeURIComponent(pattern)}`;
  return new Promise((resolve, reject) => {
    const outgoing = request({ socketPath, path }, (response) => {
      const counted = (body: unknown) =>
        new Map((body as { readonly stats: readonly Stat[] }).stats.map(({ name, value }) => [name, value]));
      json(response).then((body) => resolve(counted(body)), reject);
    });
    outgoing.on('error', reject).end();
  });
}

/** Lines in the output of a pod's application that match. */
export async function linesOf(pod: PodWorker, pattern: RegExp): Promise<number> {
  const text = await readFile(pod.logOf('app'), 'utf8');
  return text.split('\n').filter((line) => pattern.test(line)).length;
}
