import type { SizedWorkload } from './sized-workload.ts';

/** What the sidecar of a pod uses. */
export interface ProxyUse {
  readonly namespace: string;
  readonly pod: string;
  /** Cores; undefined where only the memory is known. */
  readonly cpu: number | undefined;
  readonly memory: number;
}

/** How a request is made of what was used. */
export interface Margins {
  /** Of the pods of a workload, from 50 to 100. */
  readonly percentile: number;
  /** On top, in hundredths. */
  readonly marginPercent: number;
}

/** What the sidecars of a workload should request. */
export interface Recommendation {
  readonly workload: SizedWorkload;
  /** How many of its pods were looked at. */
  readonly proxies: number;
  readonly used: { readonly cpu: number | undefined; readonly memory: number };
  /** CPU in cores, undefined where its use is not known; memory in bytes. */
  readonly requests: { readonly cpu: number | undefined; readonly memory: number };
}

// steps in which people write amounts; a request that follows every change of use would have pods created anew for nothing
const MEMORY_STEP = 16 * 2 ** 20;
const CPU_STEP = 0.01;

/** What the sidecars of a workload should request by what they use. */
export function recommendedFor(
  workload: SizedWorkload,
  used: readonly ProxyUse[],
  { percentile, marginPercent }: Margins,
): Recommendation | undefined {
  const memory = percentileOf(
    used.map((use) => use.memory),
    percentile,
  );
  if (memory === undefined) return undefined;
  const cpu = percentileOf(
    used.flatMap((use) => use.cpu ?? []),
    percentile,
  );
  const withMargin = (amount: number, step: number) =>
    Math.ceil((amount * (1 + marginPercent / 100)) / step - 1e-9) * step;
  return {
    workload,
    proxies: used.length,
    used: { cpu, memory },
    requests: {
      cpu: cpu === undefined ? undefined : Math.max(CPU_STEP, Math.round(withMargin(cpu, CPU_STEP) * 1000) / 1000),
      memory: withMargin(memory, MEMORY_STEP),
    },
  };
}

/** The smallest of the amounts that so many of a hundred do not exceed (nearest rank); undefined of none. */
function percentileOf(amounts: readonly number[], percentile: number): number | undefined {
  const sorted = amounts.toSorted((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil((percentile / 100) * sorted.length) - 1)];
}
