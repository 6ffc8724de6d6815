import type { None } from '../../api/traffic/building-blocks.ts';
import type { EffectiveValues } from '../../traffic/effective-values.ts';
import { seconds } from '../durations.ts';
import type { EnvoyMessage } from '../types.ts';

const NEVER = 0;
const ALWAYS = 100;

/**
 * Which endpoints are left out for a while. Each of Envoy’s ways to judge is switched on or off by name, since what is left out has
 * a default: success rates are enforced at 100 per cent, gateway failures at 0.
 */
export function outlierDetection({ outlierDetection: values }: EffectiveValues): EnvoyMessage {
  if (values === 'none') return {};
  return {
    outlier_detection: {
      ...inARow('consecutive_5xx', values.consecutive5xx),
      ...inARow('consecutive_gateway_failure', values.consecutiveGatewayErrors),
      ...inARow('consecutive_local_origin_failure', values.consecutiveLocalOriginFailures),
      split_external_local_origin_errors: values.splitExternalLocalOriginErrors,
      enforcing_success_rate: NEVER,
      enforcing_local_origin_success_rate: NEVER,
      enforcing_failure_percentage: NEVER,
      interval: seconds(values.interval),
      base_ejection_time: seconds(values.baseEjectionTime),
      max_ejection_percent: values.maxEjectionPercent,
    },
  };
}

const inARow = (field: string, limit: number | None): EnvoyMessage =>
  limit === 'none' ? { [`enforcing_${field}`]: NEVER } : { [field]: limit, [`enforcing_${field}`]: ALWAYS };
