import type { PodWorker } from '../node/pod-worker.ts';
import type { Lab } from './lab.ts';
import { type Direction, linesOf, NOTHING, type Passed, passed } from './passed.ts';

/** What the client program of the lab has printed. */
export type Answer = Readonly<Record<string, unknown>>;

/** One call by the client program of the lab. */
export async function call(lab: Pick<Lab, 'exec'>, from: PodWorker, ...words: readonly string[]): Promise<Answer> {
  const { stdout, stderr } = await lab.exec(from, 'app', ['node', '/app/call.mjs', ...words]);
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as Answer;
}

/** What the sidecar of the caller, that of the called, and the application behind it have counted. */
export interface Counts {
  readonly outbound: Passed;
  readonly inbound: Passed;
  /** Connections, or datagrams, that came to the application. */
  readonly arrived: number;
}

export const ONE_REQUEST: Passed = { http: 1, tcp: 0 };
export const ONE_CONNECTION: Passed = { http: 0, tcp: 1 };

/** Passes the sidecar of the called pod only. */
export const inOnly = (count: Passed): Counts => ({ outbound: NOTHING, inbound: count, arrived: 1 });
export const both = (count: Passed): Counts => ({ outbound: count, inbound: count, arrived: 1 });
export const NEITHER: Counts = { outbound: NOTHING, inbound: NOTHING, arrived: 1 };

async function counts(from: PodWorker, to: PodWorker): Promise<Counts> {
  const [outbound, inbound, arrived] = await Promise.all([
    passed(from, 'outbound'),
    passed(to, 'inbound'),
    linesOf(to, /^(connection|datagram) /),
  ]);
  return { outbound, inbound, arrived };
}

/** What `act` has added to the counts, beside what it resolves with. */
export async function counted<T>(from: PodWorker, to: PodWorker, act: () => Promise<T>): Promise<readonly [T, Counts]> {
  const before = await counts(from, to);
  const result = await act();
  const after = await counts(from, to);
  const since = (direction: Direction) => ({
    http: after[direction].http - before[direction].http,
    tcp: after[direction].tcp - before[direction].tcp,
  });
  return [result, { outbound: since('outbound'), inbound: since('inbound'), arrived: after.arrived - before.arrived }];
}
