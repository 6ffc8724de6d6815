import { cpus } from 'node:os';
import { leaveTraffic, redirectTraffic } from '../../traffic/injected-sidecar.ts';
import { median } from '../interleaved.ts';
import { cpuMicroseconds, residentBytes } from '../process-usage.ts';
import { type Answered, type FortioLoad, fortioLoad } from './fortio-load.ts';
import { APPLICATION_PORT, type BenchPods, openBenchPods, SERVER } from './pods.ts';

/** How many sidecars a request passes: none, the server’s, the client’s and the server’s. */
export const HOPS = [0, 1, 2] as const;
export type Hops = (typeof HOPS)[number];

/** What a load came to with so many sidecars on its way: medians over the rounds. */
export interface HopFigure extends Omit<Answered, 'requests'> {
  readonly hops: Hops;
  /** Processor time a request: of all sidecars together, and of the server. */
  readonly sidecarMicroseconds: number;
  readonly applicationMicroseconds: number;
  /** How many processors of the machine were busy, whoever used them. */
  readonly busyCores: number;
  /** The rate as a share of the one without a sidecar: the median of the rounds’ own ratios. */
  readonly rateRatio: number;
}

/** One sidecar at a fixed rate. */
export interface RateFigure {
  readonly requestsPerSecond: number;
  readonly sidecarCores: number;
}

export interface HopFigures {
  readonly saturated: readonly HopFigure[];
  readonly steady: readonly HopFigure[];
  /** The server’s sidecar, at several rates. */
  readonly rates: readonly RateFigure[];
  /** The larger sidecar after all that. */
  readonly residentBytes: number;
}

export interface HopRounds {
  readonly rounds: number;
  readonly saturating: FortioLoad;
  readonly steady: FortioLoad;
  /** Requests a second, beside a sidecar that nobody calls. */
  readonly rates: readonly number[];
  readonly answerBytes: number;
}

const NO_OTHER_SERVERS = ['grpc', 'redirect', 'tcp', 'udp'].flatMap((name) => [`-${name}-port`, 'disabled']);

/** Loads a server in one pod from another, in turn with no, one and two sidecars on the way: the same processes, other rules. */
export async function measureHops(
  fortio: string,
  { rounds, saturating, steady, rates, answerBytes }: HopRounds,
): Promise<HopFigures> {
  const pods = await openBenchPods();
  try {
    const application = await pods.serve([
      fortio,
      'server',
      '-http-port',
      String(APPLICATION_PORT),
      ...NO_OTHER_SERVERS,
    ]);
    const url = `http://${SERVER.ipv4}:${APPLICATION_PORT}/echo?size=${answerBytes}`;
    const run = (hops: Hops, load: FortioLoad) =>
      withHops(pods, hops, (sidecars) =>
        measured(sidecars, application, () => fortioLoad(fortio, pods.client.network, url, load)),
      );
    // what the first requests cost is nobody’s
    await run(2, saturating);
    const inTurn = async (load: FortioLoad): Promise<HopFigure[]> => {
      const all: (readonly Round[])[] = [];
      for (let round = 0; round < rounds; round += 1) {
        const results: Round[] = [];
        // a machine that gets busier or idler is no advantage of whoever is last
        for (const hops of round % 2 === 0 ? HOPS : HOPS.toReversed()) results[hops] = await run(hops, load);
        all.push(results);
      }
      return HOPS.map((hops) => medians(hops, all));
    };
    const figures = { saturated: await inTurn(saturating), steady: await inTurn(steady) };
    const points: RateFigure[] = [await uncalled(pods.server.sidecar)];
    for (let round = 0; round < rounds; round += 1)
      for (const rate of rates) {
        const { sidecarMicroseconds } = await run(1, { ...steady, rate });
        points.push({ requestsPerSecond: rate, sidecarCores: (sidecarMicroseconds * rate) / 1e6 });
      }
    const resident = await Promise.all([pods.client, pods.server].map(({ sidecar }) => residentBytes(sidecar)));
    return {
      ...figures,
      rates: [0, ...rates].map((rate) => mediansOfRate(points.filter((point) => point.requestsPerSecond === rate))),
      residentBytes: Math.max(...resident),
    };
  } finally {
    await pods.stop();
  }
}

/** Runs with so many sidecars on the way, whose process numbers it is given. */
async function withHops<T>(
  { client, server }: BenchPods,
  hops: Hops,
  run: (sidecars: readonly number[]) => Promise<T>,
): Promise<T> {
  const captured = [server, client].slice(0, hops);
  for (const { network } of captured) await redirectTraffic(network);
  try {
    return await run(captured.map(({ sidecar }) => sidecar));
  } finally {
    for (const { network } of captured) await leaveTraffic(network);
  }
}

type Round = Omit<HopFigure, 'hops' | 'rateRatio'>;

async function measured(
  sidecars: readonly number[],
  application: number,
  load: () => Promise<Answered>,
): Promise<Round> {
  const used = async (pids: readonly number[]) =>
    (await Promise.all(pids.map(cpuMicroseconds))).reduce((sum, time) => sum + time, 0);
  const before = { sidecars: await used(sidecars), application: await used([application]), machine: machineMs() };
  const { requests, ...answered } = await load();
  const machine = machineMs();
  return {
    ...answered,
    sidecarMicroseconds: ((await used(sidecars)) - before.sidecars) / requests,
    applicationMicroseconds: ((await used([application])) - before.application) / requests,
    busyCores: ((machine.busy - before.machine.busy) / (machine.all - before.machine.all)) * cpus().length,
  };
}

function machineMs(): { readonly busy: number; readonly all: number } {
  const times = cpus().map(({ times: its }) => its);
  const all = times.reduce((sum, { user, nice, sys, idle, irq }) => sum + user + nice + sys + idle + irq, 0);
  return { all, busy: all - times.reduce((sum, { idle }) => sum + idle, 0) };
}

// long enough for the hundredths of a second in which Linux counts
const UNCALLED_SECONDS = 20;

async function uncalled(sidecar: number): Promise<RateFigure> {
  const before = await cpuMicroseconds(sidecar);
  await new Promise((resolve) => setTimeout(resolve, UNCALLED_SECONDS * 1000));
  const used = (await cpuMicroseconds(sidecar)) - before;
  return { requestsPerSecond: 0, sidecarCores: used / (UNCALLED_SECONDS * 1e6) };
}

const mediansOfRate = (points: readonly RateFigure[]): RateFigure => ({
  requestsPerSecond: median(points.map(({ requestsPerSecond }) => requestsPerSecond)),
  sidecarCores: median(points.map(({ sidecarCores }) => sidecarCores)),
});

function medians(hops: Hops, rounds: readonly (readonly Round[])[]): HopFigure {
  const of = (figure: keyof Round) => median(rounds.map((round) => round[hops]?.[figure] ?? Number.NaN));
  return {
    hops,
    requestsPerSecond: of('requestsPerSecond'),
    p50Ms: of('p50Ms'),
    p99Ms: of('p99Ms'),
    sidecarMicroseconds: of('sidecarMicroseconds'),
    applicationMicroseconds: of('applicationMicroseconds'),
    busyCores: of('busyCores'),
    rateRatio: median(
      rounds.map(
        (round) => (round[hops]?.requestsPerSecond ?? Number.NaN) / (round[0]?.requestsPerSecond ?? Number.NaN),
      ),
    ),
  };
}
