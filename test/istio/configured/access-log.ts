import { celValue, evaluated } from '../../../src/cli/evaluated-cel.ts';
import type { Message } from './discovery.ts';

/** How a request or a connection ended, in the words of Envoy’s attributes. */
export interface Outcome {
  readonly name: string;
  readonly response: { readonly code?: number; readonly flags: number; readonly grpc_status?: number };
  /** By docs/traffic-values.md: answered with 500 or more, answered or cut off by the proxy, or a gRPC call that the server failed. */
  readonly isError: boolean;
}

export const OUTCOMES: readonly Outcome[] = [
  { name: 'an answer 200', response: { code: 200, flags: 0 }, isError: false },
  { name: 'an answer 404', response: { code: 404, flags: 0 }, isError: false },
  { name: 'an answer 499', response: { code: 499, flags: 0 }, isError: false },
  { name: 'an answer 500', response: { code: 500, flags: 0 }, isError: true },
  { name: 'an answer 503 of the proxy', response: { code: 503, flags: 1 }, isError: true },
  { name: 'an answer 200 that was cut off', response: { code: 200, flags: 4 }, isError: true },
  { name: 'the end of a WebSocket', response: { code: 101, flags: 4 }, isError: false },
  { name: 'a connection that ended', response: { flags: 0 }, isError: false },
  { name: 'a connection that failed', response: { flags: 2 }, isError: true },
  { name: 'a gRPC call that went well', response: { code: 200, flags: 0, grpc_status: 0 }, isError: false },
  { name: 'a gRPC call for what is not there', response: { code: 200, flags: 0, grpc_status: 5 }, isError: false },
  { name: 'a gRPC call to who is not there', response: { code: 200, flags: 0, grpc_status: 14 }, isError: true },
];

/** Whether one of the logs has a line about it. */
export const logged = (logs: readonly Message[], outcome: Outcome): boolean =>
  logs.some(({ filter }) => filter === undefined || passes(filter.extension_filter.typed_config.expression, outcome));

function passes(expression: string, { response }: Outcome): boolean {
  try {
    return evaluated(expression, { response: celValue(response) }) === true;
  } catch {
    // Envoy's filter takes an expression that fails for one that does not hold
    return false;
  }
}
