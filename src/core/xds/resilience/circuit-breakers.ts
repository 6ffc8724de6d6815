import type { None } from '../../api/traffic/building-blocks.ts';
import type { EffectiveValues } from '../../traffic/effective-values.ts';
import { NO_CIRCUIT_BREAKERS, UNLIMITED } from '../inert.ts';
import type { EnvoyMessage } from '../types.ts';

/**
 * What may be under way to one destination at once. A limit that nobody set is switched off; Envoy’s own are 1024 connections, 1024
 * waiting, 1024 requests and 3 retries. Where there is a retry budget, Envoy takes it in place of max_retries.
 */
export function circuitBreakers({ circuitBreaker, retryBudget }: EffectiveValues): EnvoyMessage {
  if (circuitBreaker === 'none' && retryBudget === 'none') return NO_CIRCUIT_BREAKERS;
  return {
    thresholds: [
      {
        priority: 'DEFAULT',
        ...limits(circuitBreaker),
        // how much is left is a gauge of its own, off unless asked for
        track_remaining: true,
        ...(retryBudget === 'none'
          ? {}
          : {
              retry_budget: {
                budget_percent: { value: retryBudget.percent },
                min_retry_concurrency: retryBudget.minRetryConcurrency,
              },
            }),
      },
    ],
  };
}

function limits(values: EffectiveValues['circuitBreaker']): EnvoyMessage {
  const limit = (field: 'maxConnections' | 'maxPendingRequests' | 'maxRequests' | 'maxRetries') =>
    countOrUnlimited(values === 'none' ? 'none' : values[field]);
  return {
    max_connections: limit('maxConnections'),
    max_pending_requests: limit('maxPendingRequests'),
    max_requests: limit('maxRequests'),
    max_retries: limit('maxRetries'),
  };
}

const countOrUnlimited = (limit: number | None): number => (limit === 'none' ? UNLIMITED : limit);
