import { itemsOf } from '../compatibility/fit-object.ts';
import type { CapacityInput } from './capacity-input.ts';
import type { Moment } from './moments.ts';
import { MEASURED_SERIES } from './series.generated.ts';
import { type CountedConfig, countedConfig, SERIES_OF_TARGET, sidecarSeries } from './sidecar-series.ts';
import { type RunningOf, sidecarsAt } from './sidecar-sums.ts';
import type { SizedWorkload } from './sized-workload.ts';
import { toldBy } from './telemetry-need.ts';

/** What all sidecars tell at a moment. */
export interface TelemetryAt {
  readonly series: number;
  /** Sidecars of a control plane, whose series were not measured. */
  readonly foreignPods: number;
  readonly logBytesPerDay: number;
  readonly spansPerDay: number;
  readonly traceBytesPerDay: number;
}

const DAY_SECONDS = 86_400;

/** Adds up what the sidecars of all workloads tell. */
export function telemetryAt(
  { workloads, policy, load }: CapacityInput,
  moment: Moment,
  runningOf: RunningOf,
): TelemetryAt {
  let [series, foreignPods, logs, spans, traces] = [0, 0, 0, 0, 0];
  const counted = new Map<string, CountedConfig>();
  const use = { statusCodes: load.statusCodes.value };
  for (const workload of workloads) {
    const { pods } = sidecarsAt(workload, moment, runningOf);
    if (pods === 0) continue;
    const { sidecar } = renderedAt(workload, moment);
    const config = configOf(sidecar?.config, counted);
    series +=
      pods *
      (sidecarSeries(config, { ...use, ...usedAs(workload, config.upstreams) }, MEASURED_SERIES) +
        (config.shown ? SERIES_OF_TARGET : 0));
    if (sidecar?.config === undefined) foreignPods += pods;
    const profile = policy.activeProfiles.find(({ name }) => name === sidecar?.profile);
    const told = toldBy(profile?.traits.tells, {
      requestsPerSecond: load.requestsPerSecond.value,
      failedPercent: load.failedPercent.value,
    });
    logs += pods * told.logBytesPerSecond;
    spans += pods * told.spansPerSecond;
    traces += pods * told.spanBytesPerSecond;
  }
  return {
    series,
    foreignPods,
    logBytesPerDay: logs * DAY_SECONDS,
    spansPerDay: spans * DAY_SECONDS,
    traceBytesPerDay: traces * DAY_SECONDS,
  };
}

/** A pod that runs with a sidecar which would not get one today has none that is rendered for now. */
const renderedAt = ({ rendered }: SizedWorkload, moment: Moment) =>
  rendered[moment].sidecar === undefined ? rendered.everything : rendered[moment];

const OF_NO_SERVICE: CountedConfig = { shown: true, upstreams: 0, limited: 0, ejecting: 0, faults: false };

const configOf = (config: string | undefined, counted: Map<string, CountedConfig>): CountedConfig => {
  if (config === undefined) return OF_NO_SERVICE;
  // pods whose traffic no Service says anything about have the same one, and it takes milliseconds to read
  const known = counted.get(config) ?? countedConfig(config);
  counted.set(config, known);
  return known;
};

/** Who declares a port is asked, and who names the Services that it calls calls those and no others. */
const usedAs = ({ spec, leadTo }: SizedWorkload, upstreams: number) => ({
  serves: leadTo || itemsOf(spec.containers).some(({ ports }) => itemsOf(ports).length > 0),
  callsOthers: upstreams === 0,
});
