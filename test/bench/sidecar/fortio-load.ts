import type { NetworkNamespace } from '../../network/network-namespace.ts';

export interface FortioLoad {
  readonly connections: number;
  readonly seconds: number;
  /** Requests a second, evenly over all connections; absent: each connection asks again as soon as it is answered. */
  readonly rate?: number;
  /** Such as `x-request-id: 1`. */
  readonly headers?: readonly string[];
}

/** How a load was answered. */
export interface Answered {
  readonly requests: number;
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

// the part of `fortio load -json` that is read
interface Result {
  readonly ActualQPS: number;
  readonly RetCodes: Readonly<Record<string, number>>;
  readonly DurationHistogram: {
    readonly Count: number;
    readonly Percentiles: readonly { readonly Percentile: number; readonly Value: number }[];
  };
}

// seconds: the width of the finest bucket in which fortio counts
const RESOLUTION = '0.00001';

/**
 * Loads a URL with HTTP/1.1 requests over connections that are kept.
 * @throws Error when an answer is not 200
 */
export async function fortioLoad(
  fortio: string,
  from: NetworkNamespace,
  url: string,
  { connections, seconds, rate = 0, headers = [] }: FortioLoad,
): Promise<Answered> {
  const load = [
    '-c',
    String(connections),
    '-t',
    `${seconds}s`,
    '-qps',
    String(rate),
    '-uniform',
    ...headers.flatMap((header) => ['-H', header]),
  ];
  const text = await from.run(fortio, 'load', '-quiet', ...load, '-r', RESOLUTION, '-p', '50,99', '-json', '-', url);
  const { ActualQPS, RetCodes, DurationHistogram }: Result = JSON.parse(text);
  if (Object.keys(RetCodes).join() !== '200') throw new Error(`${url} was answered with ${JSON.stringify(RetCodes)}`);
  const percentile = (wanted: number) =>
    (DurationHistogram.Percentiles.find(({ Percentile }) => Percentile === wanted)?.Value ?? Number.NaN) * 1000;
  return {
    requests: DurationHistogram.Count,
    requestsPerSecond: ActualQPS,
    p50Ms: percentile(50),
    p99Ms: percentile(99),
  };
}
