import type { Coefficients, Slope } from '../../../src/core/capacity/coefficients.ts';
import { sidecarNeed } from '../../../src/core/capacity/sidecar-need.ts';
import { megabytes, table, whole } from '../tables.ts';
import type { HopFigure, HopFigures, HopRounds, RateFigure } from './hops.ts';
import type { MemoryPoint } from './memory.ts';

export interface SidecarFigures {
  readonly rounds: HopRounds;
  readonly hops: HopFigures;
  readonly memory: readonly MemoryPoint[];
  readonly coefficients: Coefficients;
}

const ON_THE_WAY = ['no sidecar', "the server's sidecar", 'both sidecars'];

/** The tables of what the sidecar costs. */
export const sidecarTables = ({ rounds, hops, memory, coefficients }: SidecarFigures): string[] => [
  hopTable(`${rounds.saturating.connections} connections, as fast as they are answered`, hops.saturated),
  hopTable(`${rounds.steady.connections} connections, ${rounds.steady.rate} requests/s in all`, hops.steady),
  rateTable(hops.rates, coefficients),
  memoryTable(memory, coefficients),
  coefficientTable(coefficients),
];

const hopTable = (load: string, figures: readonly HopFigure[]): string =>
  table(
    [load, 'requests/s', 'ratio', 'p50, ms', 'p99, ms', 'sidecars, CPU us', 'server, CPU us', 'cores busy'],
    figures.map((figure) => [
      ON_THE_WAY[figure.hops] ?? '',
      whole(figure.requestsPerSecond),
      figure.rateRatio.toFixed(2),
      figure.p50Ms.toFixed(2),
      figure.p99Ms.toFixed(2),
      whole(figure.sidecarMicroseconds),
      whole(figure.applicationMicroseconds),
      figure.busyCores.toFixed(2),
    ]),
  );

const NOTHING = { clusters: 0, listeners: 0, connections: 0, requestsPerSecond: 0 };

const rateTable = (rates: readonly RateFigure[], coefficients: Coefficients): string =>
  table(
    ["requests/s through the server's sidecar", 'CPU us a request', 'its cores', 'model'],
    rates.map(({ requestsPerSecond, sidecarCores }) => [
      String(requestsPerSecond),
      requestsPerSecond === 0 ? '' : whole((sidecarCores / requestsPerSecond) * 1e6),
      sidecarCores.toFixed(4),
      sidecarNeed({ ...NOTHING, requestsPerSecond }, coefficients).cores.toFixed(4),
    ]),
  );

const memoryTable = (points: readonly MemoryPoint[], coefficients: Coefficients): string =>
  table(
    ['more clusters', 'more listeners', 'connections', 'resident, MB', 'model, MB'],
    points.map((point) => [
      String(point.clusters),
      String(point.listeners),
      String(point.connections),
      megabytes(point.residentBytes).toFixed(1),
      megabytes(sidecarNeed({ ...point, requestsPerSecond: 0 }, coefficients).memoryBytes).toFixed(1),
    ]),
  );

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

function coefficientTable({ memory, cpu }: Coefficients): string {
  const row = (what: string, { each, residual }: Slope) => [what, `${(each / 1000).toFixed(1)} kB`, percent(residual)];
  const millicores = (cores: number) => `${(cores * 1000).toFixed(1)} millicores`;
  return table(
    ['a sidecar takes', '', 'residual, at most'],
    [
      ['memory, before anything else', `${megabytes(memory.base).toFixed(1)} MB`, ''],
      row('memory, a cluster more', memory.perCluster),
      row('memory, a listener more', memory.perListener),
      row('memory, a connection', memory.perConnection),
      ['memory, the sum of all', '', percent(memory.mixedResidual)],
      ['CPU, when nobody calls', millicores(cpu.base), ''],
      [
        'CPU, 1,000 requests/s',
        millicores(cpu.requests.factor * 1000 ** cpu.requests.exponent),
        percent(cpu.requests.residual),
      ],
      ['CPU, twice the requests/s', `${(2 ** cpu.requests.exponent).toFixed(2)} times as much`, ''],
    ],
  );
}
