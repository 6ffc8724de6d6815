import type { EffectiveValues } from '../../traffic/effective-values.ts';
import type { EnvoyMessage } from '../types.ts';
import { seconds } from './durations.ts';

const NEVER = 0;
const ALWAYS = 100;

/**
 * Which endpoints are left out for a while. Each of Envoy’s ways to judge is switched on or off by name, since what is left out has
 * a default: success rates are enforced at 100 per cent, gateway failures at 0.
 */
export function outlierDetection({ outlierDetection: values }: EffectiveValues): EnvoyMessage {
  if (values === 'none') return {};
  const { consecutive5xx, consecutiveGatewayErrors, consecutiveLocalOriginFailures } = values;
  const enforced = (limit: number | undefined) => (limit === undefined ? NEVER : ALWAYS);
  return {
    outlier_detection: {
      ...(consecutive5xx === undefined ? {} : { consecutive_5xx: consecutive5xx }),
      enforcing_consecutive_5xx: enforced(consecutive5xx),
      ...(consecutiveGatewayErrors === undefined ? {} : { consecutive_gateway_failure: consecutiveGatewayErrors }),
      enforcing_consecutive_gateway_failure: enforced(consecutiveGatewayErrors),
      split_external_local_origin_errors: values.splitExternalLocalOriginErrors,
      ...(consecutiveLocalOriginFailures === undefined
        ? {}
        : { consecutive_local_origin_failure: consecutiveLocalOriginFailures }),
      enforcing_consecutive_local_origin_failure: enforced(consecutiveLocalOriginFailures),
      enforcing_success_rate: NEVER,
      enforcing_local_origin_success_rate: NEVER,
      enforcing_failure_percentage: NEVER,
      interval: seconds(values.interval),
      base_ejection_time: seconds(values.baseEjectionTime),
      max_ejection_percent: values.maxEjectionPercent,
    },
  };
}
