import type { RequestPolicy } from '../../traffic/effective-values.ts';
import { seconds } from '../durations.ts';
import { share } from '../share.ts';
import { type EnvoyMessage, typed } from '../types.ts';

const NAME = 'fault';
const TYPE = 'envoy.extensions.filters.http.fault.v3.HTTPFault';

/** Does nothing but where a route says so. */
export const FAULT_FILTER: EnvoyMessage = { name: NAME, typed_config: typed(TYPE, {}) };

/** Failures made on purpose, for one route. */
export function fault({ fault: values }: RequestPolicy): EnvoyMessage {
  if (values === 'none') return {};
  const { delay, abort } = values;
  return {
    [NAME]: typed(TYPE, {
      ...(delay === undefined
        ? {}
        : { delay: { fixed_delay: seconds(delay.duration), percentage: share(delay.percent) } }),
      ...(abort === undefined ? {} : { abort: { http_status: abort.status, percentage: share(abort.percent) } }),
    }),
  };
}
