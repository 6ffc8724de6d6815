import { HARMLESS_FAILURES } from '../../api/traffic/retries.ts';
import { durationMs } from '../../traffic/duration.ts';
import type { RequestPolicy } from '../../traffic/effective-values.ts';
import { seconds, secondsOf } from '../durations.ts';
import type { EnvoyMessage } from '../types.ts';

/** Methods whose requests may be sent twice although the first may have had an effect: they have none. */
export const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS'] as const;

type Retries = Exclude<RequestPolicy['retries'], 'none'>;

/** The failures before a request reached the server: after these also one is sent again that would have an effect twice. */
export const harmlessFailures = ({ retryOn }: Retries): readonly string[] =>
  retryOn.filter((failure) => HARMLESS_FAILURES.some((harmless) => harmless === failure));

const STATUS = /^\d{3}$/;
// the share of requests whose last try meets a host again although one is left
const MEETS_AGAIN = 1e-4;
// Envoy’s own proportion between the first pause and the longest
const LONGEST_PAUSE = 10;

/** How requests are tried again after these failures; nothing where they are not. */
export function retryPolicy(retries: Retries, failures: readonly string[], choosesHosts: boolean): EnvoyMessage {
  if (retries.attempts === 0 || failures.length === 0) return {};
  const statuses = failures.filter((failure) => STATUS.test(failure)).map(Number);
  const words = failures.filter((failure) => !STATUS.test(failure));
  return {
    retry_policy: {
      retry_on: [...words, ...(statuses.length === 0 ? [] : ['retriable-status-codes'])].join(','),
      ...(statuses.length === 0 ? {} : { retriable_status_codes: statuses }),
      num_retries: retries.attempts,
      ...(retries.perTryTimeout === 'none' ? {} : { per_try_timeout: seconds(retries.perTryTimeout) }),
      retry_back_off: {
        base_interval: seconds(retries.backoff),
        max_interval: secondsOf(durationMs(retries.backoff) * LONGEST_PAUSE),
      },
      ...(choosesHosts ? otherHost(retries.attempts) : {}),
    },
  };
}

const otherHost = (attempts: number): EnvoyMessage => ({
  retry_host_predicate: [
    {
      name: 'previous_hosts',
      typed_config: {
        '@type': 'type.googleapis.com/envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate',
      },
    },
  ],
  host_selection_retry_max_attempts: hostSelectionAttempts(attempts),
});

/**
 * How often another host is chosen when the chosen one has failed this request before. Least request chooses idle hosts blindly, so that the
 * last of `attempts` retries over one host more finds that one with 1 / (attempts + 1) each time. Istio’s 5 would miss it in one request of
 * eleven with two retries over three hosts. A choice costs next to nothing, and is made in vain only where no other host is left.
 */
const hostSelectionAttempts = (attempts: number) =>
  Math.ceil(Math.log(MEETS_AGAIN) / Math.log(attempts / (attempts + 1))) - 1;
