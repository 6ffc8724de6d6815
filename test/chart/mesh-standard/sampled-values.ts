import fc from 'fast-check';
import type { TrafficValues } from '../../../src/core/api/traffic/values.ts';
import { BUILT_IN_TRAFFIC_DEFAULTS } from '../../../src/core/traffic/defaults.generated.ts';
import { judgedValues } from '../../../src/core/traffic/judged-values.ts';
import { NAMED_STATUSES } from '../../../src/core/traffic/named-statuses.ts';
import { trafficValues } from '../../property/arbitraries/traffic-values.ts';

const SAMPLES = 20;
const SEED = 9;
// one in twenty keeps every rule
const TRIALS = 600;

/** Values by chance that keep every rule, always the same ones: what nobody would think of to write. */
export function sampledValues(): readonly TrafficValues[] {
  const kept = fc
    .sample(trafficValues.map(withoutExposure), { seed: SEED, numRuns: TRIALS })
    .filter((values) => values.service.protocol !== 'tcp' && keepsRules(values) && hasNamedStatuses(values));
  return kept.slice(0, SAMPLES);
}

// hosts by chance claim each other’s
const withoutExposure = ({ expose: _expose, global: _global, ...values }: TrafficValues): TrafficValues => values;

function keepsRules(values: TrafficValues): boolean {
  const source = { text: JSON.stringify(values), file: 'sample' };
  const judged = judgedValues(source, BUILT_IN_TRAFFIC_DEFAULTS, '2026-11-03');
  return !('problems' in judged) && judged.findings.every(({ level }) => level !== 'error');
}

const hasNamedStatuses = ({ retries, routes = [] }: TrafficValues): boolean =>
  [retries, ...routes.map((route) => route.retries)]
    .flatMap((policy) => (typeof policy === 'object' ? (policy.retryOn ?? []) : []))
    .every((failure) => !/^\d{3}$/.test(failure) || NAMED_STATUSES.includes(failure));
