import { assumed, type Basis, from, measured, weakest } from './basis.ts';
import type { CapacityInput } from './capacity-input.ts';
import { type ControlPlaneNeed, ISTIOD_SOURCE, ISTIOD_SPARE } from './control-plane.ts';
import { type At, each } from './moments.ts';
import type { QuotaNeed } from './quota-need.ts';
import type { NodesNeeded } from './scheduling/nodes-needed.ts';
import { MEASURED_SERIES } from './series.generated.ts';
import type { GroupSum, RunningOf, SidecarSum } from './sidecar-sums.ts';
import { MEASURED_TELEMETRY } from './telemetry.generated.ts';
import { telemetryAt } from './telemetry-at.ts';

/** In what a figure is. */
export type Unit = 'cores' | 'bytes' | 'bytes/day' | 'spans/day' | 'pods' | 'nodes' | 'replicas' | 'series' | 'quotas';

/** One figure at each moment; undefined where it cannot be known. */
export interface CapacityLine {
  readonly what: string;
  readonly unit: Unit;
  readonly at: At<number | undefined>;
  readonly basis: Basis;
}

/** What the lines tell. */
interface Told {
  readonly total: At<SidecarSum>;
  readonly namespaces: readonly GroupSum[];
  readonly quotas: readonly QuotaNeed[];
  readonly nodes: At<NodesNeeded> | undefined;
  readonly controlPlane: At<ControlPlaneNeed | undefined>;
}

/** The figures of a rollout, each with its basis. */
export const capacityLines = (input: CapacityInput, runningOf: RunningOf, told: Told): readonly CapacityLine[] => [
  ...sidecarLines(input, told),
  ...placeLines(told),
  ...controlPlaneLines(told),
  ...telemetryLines(input, runningOf),
];

function sidecarLines({ pods }: CapacityInput, { total }: Told): CapacityLine[] {
  const rendered = from(
    `${pods === undefined ? 'the files' : 'the pods that run, the templates'}, rendered by the policy`,
  );
  const limited = from(`${rendered.of}; a sidecar without a limit adds nothing to it`);
  const line = (what: string, unit: Unit, of: (sum: SidecarSum) => number): CapacityLine => ({
    ...{ what, unit, basis: rendered },
    at: each((moment) => of(total[moment])),
  });
  return [
    line('sidecars', 'pods', (sum) => sum.pods),
    line('CPU that sidecars request', 'cores', ({ amounts }) => amounts.requests.cpu),
    line('memory that sidecars request', 'bytes', ({ amounts }) => amounts.requests.memory),
    { ...line('limit of their CPU', 'cores', ({ amounts }) => amounts.limits.cpu), basis: limited },
    { ...line('limit of their memory', 'bytes', ({ amounts }) => amounts.limits.memory), basis: limited },
  ];
}

const PLACED = from('placing pods as kube-scheduler does by default');

function placeLines({ nodes, quotas }: Told): CapacityLine[] {
  const more = ({ more: added }: NodesNeeded) => added.reduce((sum, { count }) => sum + count, 0);
  const line = (what: string, unit: Unit, of: (needed: NodesNeeded) => number): CapacityLine => ({
    ...{ what, unit, basis: PLACED },
    at: each((moment) => nodes && of(nodes[moment])),
  });
  const lacking = (moment: keyof At<number>) => quotas.filter(({ lacking: by }) => by[moment] > 0).length;
  return [
    line('nodes', 'nodes', (needed) => needed.nodes + more(needed)),
    line('pods without a place on today’s nodes', 'pods', ({ pending }) => pending),
    ...(quotas.length === 0
      ? []
      : [
          {
            what: 'bounds of quotas that are too low',
            unit: 'quotas' as const,
            at: each(lacking),
            basis: from('the ResourceQuotas'),
          },
        ]),
  ];
}

function controlPlaneLines({ controlPlane }: Told): CapacityLine[] {
  if (controlPlane.everything === undefined) return [];
  const source = from(ISTIOD_SOURCE);
  const line = (
    what: string,
    unit: Unit,
    of: (need: ControlPlaneNeed) => number,
    basis: Basis = source,
  ): CapacityLine => ({
    ...{ what, unit, basis },
    at: each((moment) => {
      const need = controlPlane[moment];
      return need === undefined ? 0 : of(need);
    }),
  });
  return [
    line('istiod', 'replicas', ({ replicas }) => replicas),
    line('istiod at most (autoscaler)', 'replicas', ({ autoscaleMax }) => autoscaleMax, assumed(ISTIOD_SPARE)),
    line('CPU that each istiod requests', 'cores', ({ requests }) => requests.cpu),
    line('memory that each istiod requests', 'bytes', ({ requests }) => requests.memory),
  ];
}

// Prometheus, “Storage”: an average of only 1-2 bytes per sample
const SAMPLE_BYTES = 2;
const DAY_SECONDS = 86_400;

function telemetryLines(input: CapacityInput, runningOf: RunningOf): CapacityLine[] {
  const { load } = input;
  const at = each((moment) => telemetryAt(input, moment, runningOf));
  const lab = `in the pod lab on ${MEASURED_SERIES.date}, Envoy ${MEASURED_SERIES.envoy}`;
  const bytes = measured(`in the pod lab on ${MEASURED_TELEMETRY.date}, Envoy ${MEASURED_TELEMETRY.envoy}`);
  const foreign =
    at.everything.foreignPods > 0 ? [assumed('Istio’s sidecars show as many series as the plain Envoy')] : [];
  const { kind, of } = weakest(load.statusCodes.basis, ...foreign);
  const series: Basis = { kind, of: `${of}; the series of each were measured ${lab}` };
  const traffic = weakest(bytes, load.requestsPerSecond.basis, load.failedPercent.basis);
  const stored = (moment: keyof At<number>) =>
    load.retentionDays.value *
    (at[moment].logBytesPerDay +
      at[moment].traceBytesPerDay +
      (at[moment].series * DAY_SECONDS * SAMPLE_BYTES) / load.scrapeSeconds.value);
  const held = weakest(traffic, load.retentionDays.basis, load.scrapeSeconds.basis);
  const { headSeries } = load;
  return [
    {
      what: 'series of sidecars in Prometheus',
      unit: 'series',
      at: each((moment) => at[moment].series),
      basis: series,
    },
    ...(headSeries === undefined
      ? []
      : [
          {
            what: 'series in Prometheus in all',
            unit: 'series' as const,
            at: each((moment) => headSeries.value + at[moment].series - at.now.series),
            basis: weakest(series, headSeries.basis),
          },
        ]),
    { what: 'logs of sidecars', unit: 'bytes/day', at: each((moment) => at[moment].logBytesPerDay), basis: traffic },
    { what: 'spans of sidecars', unit: 'spans/day', at: each((moment) => at[moment].spansPerDay), basis: traffic },
    {
      what: 'traces of sidecars',
      unit: 'bytes/day',
      at: each((moment) => at[moment].traceBytesPerDay),
      basis: traffic,
    },
    { what: `telemetry kept for ${load.retentionDays.value} days`, unit: 'bytes', at: each(stored), basis: held },
    {
      what: 'storage nodes for it',
      unit: 'nodes',
      at: each((moment) => Math.ceil(stored(moment) / load.storageNodeBytes.value)),
      basis: weakest(held, load.storageNodeBytes.basis),
    },
  ];
}
