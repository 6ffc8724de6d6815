import { type Static, Type } from 'typebox';
import { CountOrNone, DurationOrNone, feature } from './building-blocks.ts';

const MOST = 1_000_000;
const limit = (description: string, minimum = 1) => Type.Optional(CountOrNone(minimum, MOST, description));

/** Limits on what is under way. */
export const CircuitBreaker = feature(
  'What may be under way at once, counted by each caller’s proxy for itself, and with Istio by each called pod’s too. The word none is no limit.',
  {
    maxConnections: limit('Connections; over HTTP/1.1 also the requests under way, further ones wait.'),
    maxPendingRequests: limit('Requests that wait for a connection; the next one is answered 503.'),
    maxRequests: limit('Requests under way; the next one is answered 503.'),
    maxRetries: limit('Retries under way. A retryBudget takes its place.', 0),
    connectTimeout: Type.Optional(DurationOrNone('How long a connection may take to stand.')),
    maxRequestsPerConnection: limit('Then a connection is closed and another one made; 1 switches keep-alive off.'),
    idleTimeout: Type.Optional(DurationOrNone('A connection without requests is closed after so long.')),
  },
);
export type CircuitBreaker = Static<typeof CircuitBreaker>;
