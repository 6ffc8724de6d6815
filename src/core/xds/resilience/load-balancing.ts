import type { EffectiveValues } from '../../traffic/effective-values.ts';
import { seconds } from '../durations.ts';
import type { EnvoyMessage } from '../types.ts';

const POLICIES = {
  'round-robin': 'ROUND_ROBIN',
  'least-request': 'LEAST_REQUEST',
  random: 'RANDOM',
  'consistent-hash': 'RING_HASH',
} as const;

/** How an endpoint is chosen. Only of round-robin and least-request Envoy knows a slow start. */
export function loadBalancing({ loadBalancing: values, outlierDetection }: EffectiveValues): EnvoyMessage {
  const { algorithm, warmup } = values;
  const slowly = warmup === 'none' ? {} : { slow_start_config: { slow_start_window: seconds(warmup) } };
  const lbConfig =
    algorithm === 'round-robin'
      ? { round_robin_lb_config: slowly }
      : algorithm === 'least-request'
        ? { least_request_lb_config: slowly }
        : {};
  return {
    lb_policy: POLICIES[algorithm],
    ...(warmup === 'none' ? {} : lbConfig),
    // below this share of endpoints Envoy sends to all of them, healthy or not; its default is 50
    common_lb_config: {
      healthy_panic_threshold: { value: outlierDetection === 'none' ? 0 : outlierDetection.minHealthPercent },
    },
  };
}

/** By what requests that belong together are known. */
export function hashPolicy({ loadBalancing: { algorithm, hash } }: EffectiveValues): EnvoyMessage {
  if (algorithm !== 'consistent-hash' || hash === undefined) return {};
  if (hash.header !== undefined) return { hash_policy: [{ header: { header_name: hash.header } }] };
  if (hash.cookie !== undefined) return { hash_policy: [{ cookie: { name: hash.cookie } }] };
  return { hash_policy: [{ connection_properties: { source_ip: true } }] };
}
