import type { EnvoyTelemetry } from '../api/envoy-telemetry.ts';
import { pointer } from '../json/pointer.ts';
import type { Effective } from '../traffic/effective-values.ts';
import type { Origin } from '../traffic/origin.ts';

/** One thing that was chosen for a Service of what is told about the requests to it. */
export interface ChosenTelemetry {
  /** Its path below the values of the Service. */
  readonly what: string;
  readonly value: string | number;
  readonly origin: Origin;
}

/**
 * What of its telemetry was chosen for a Service itself, its tier or its environment. What the company chose for all alike it said more
 * closely in the profile.
 */
export function chosenTelemetry({ values, origins }: Effective): readonly ChosenTelemetry[] {
  const { accessLog, accessLogSampling, tracing } = values.telemetry;
  const said: readonly (readonly [string, string | number])[] = [
    ['accessLog', accessLog],
    ['accessLogSampling', accessLogSampling],
    tracing === 'none' ? ['tracing', tracing] : ['tracing.sampling', tracing.sampling],
  ];
  return said.flatMap(([field, value]) => {
    const what = `telemetry.${field}`;
    const origin = origins.get(pointer(...what.split('.'))) ?? 'built in';
    return origin === 'built in' || origin === 'defaults' ? [] : [{ what, value, origin }];
  });
}

/** What is told about the requests to a Service: as the profile has it, but for what was chosen for the Service. */
export function serviceTelemetry(served: Effective, profile: EnvoyTelemetry): EnvoyTelemetry {
  const chosen = new Set(chosenTelemetry(served).map(({ what }) => what));
  const { accessLog, accessLogSampling, tracing } = served.values.telemetry;
  const { collector, ...rest } = profile.tracing;
  return {
    accessLog: {
      ...profile.accessLog,
      ...(chosen.has('telemetry.accessLog') ? { mode: MODES[accessLog] } : {}),
      ...(chosen.has('telemetry.accessLogSampling') ? { sampledPercent: accessLogSampling } : {}),
    },
    tracing: {
      ...rest,
      ...(collector === undefined || chosen.has('telemetry.tracing') ? {} : { collector }),
      ...(tracing !== 'none' && chosen.has('telemetry.tracing.sampling') ? { samplingPercent: tracing.sampling } : {}),
    },
  };
}

const MODES = { none: 'Off', errors: 'Errors', all: 'All' } as const;
