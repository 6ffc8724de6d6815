import { countOf, percent, shareOf } from './amounts.ts';
import { type Answers, seriesOf } from './answers.ts';
import type { GateKind } from './gate-kind.ts';
import type { Limit, Measured } from './gate-part.ts';
import { byPod, judgedSidecars, type KindOfSidecars, podKey, SCRAPE, sidecarQueries } from './sidecar-coverage.ts';

/** As cAdvisor measures the whole container; of a plain Envoy also as it says itself. Istio’s agent beside it says nothing of its own. */
function memoryQuery({ kind, where }: KindOfSidecars): string {
  const container = `max by (namespace, pod) (container_memory_working_set_bytes{${where}, container="istio-proxy"})`;
  return kind === 'Istio'
    ? container
    : `${container} or max by (namespace, pod) (envoy_server_memory_physical_size{${where}})`;
}

const PERCENTILE = 0.99;

/** `sidecarMemory`: how near the sidecars of open stages are to the limit at which they are killed. */
export const SIDECAR_MEMORY: GateKind<'sidecarMemory'> = {
  queries: (_bounds, scope) => sidecarQueries(scope, memoryQuery),
  judge({ most }, { scope, answers }) {
    const limit: Limit = {
      what: 'the 99th percentile of what sidecars use of their memory limit',
      at: 'most',
      bound: shareOf(most),
      written: percent,
      next: 'raise the limit in the profile, or have pods name the Services that they call; pillion capacity tells the largest',
    };
    return judgedSidecars(limit, scope, answers, (of) => measuredMemory(of, answers));
  },
};

function measuredMemory(of: KindOfSidecars, answers: Answers): Measured {
  const query = memoryQuery(of);
  const missing = `Prometheus knows no memory of ${of.kind} sidecars`;
  const cAdvisor = 'have Prometheus scrape cAdvisor (/metrics/cadvisor of the kubelets)';
  const series = seriesOf(query, answers, { missing, next: of.kind === 'Istio' ? cAdvisor : SCRAPE });
  if ('missing' in series) return series;
  const unlimited = of.sidecars.filter(({ memoryLimit }) => memoryLimit === undefined).length;
  if (unlimited > 0)
    return {
      missing: `${countOf(unlimited, 'sidecar')} of ${of.sidecars.length} may use any amount of memory`,
      next: 'give the profile a memory limit and restart them, or leave the gate out',
    };
  const used = byPod(series);
  const shares = of.sidecars.flatMap((sidecar) => {
    const bytes = used.get(podKey(sidecar));
    return bytes === undefined ? [] : [bytes / (sidecar.memoryLimit ?? Number.NaN)];
  });
  // the others might be the large ones
  if (shares.length < LEAST_MEASURED * of.sidecars.length)
    return {
      missing: `Prometheus knows the memory of ${shares.length} of the ${countOf(of.sidecars.length, 'sidecar')} that run`,
      next: SCRAPE,
      query,
    };
  const wrong = shares.find((share) => !Number.isFinite(share) || share < 0);
  return { value: wrong ?? percentile(shares), from: 'Prometheus, and limits of the API server', query };
}

const LEAST_MEASURED = 0.9;

/** The smallest value that so many are not above. */
function percentile(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.ceil(PERCENTILE * sorted.length) - 1] ?? Number.NaN;
}
