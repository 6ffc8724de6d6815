import { type InstantAnswer, readInstantAnswer } from '../../core/prometheus/instant-answer.ts';
import type { KubeTransport } from '../transport.ts';
import { addressText, type PrometheusAddress } from './address.ts';
import type { ApiCall, ApiReply } from './api-call.ts';
import { byAddress, type Credentials } from './by-address.ts';
import { byServiceProxy } from './by-service-proxy.ts';
import { whyNot } from './why-not.ts';

/** What Prometheus says to a query; where it says nothing, what to do about it. Never rejects but for the signal’s reason. */
export type QueryAnswer = InstantAnswer & { readonly next?: string };

/** A Prometheus, or whatever speaks its HTTP API: Thanos, Mimir, VictoriaMetrics. */
export interface Prometheus {
  /** For messages. */
  readonly where: string;
  /** The value of an expression now. */
  query(expression: string, signal: AbortSignal): Promise<QueryAnswer>;
}

// Prometheus itself gives up after two minutes; nobody waits so long for a gate
const WITHIN_MS = 15_000;

/** What refuses a POST although it would take the GET, as Prometheus’s own client in Go has it (DoGetFallback). */
const TAKES_GET: ReadonlySet<number> = new Set([403, 405, 501]);

/**
 * Asks a Prometheus.
 * @param transport of the cluster whose API server is the way to a Service
 * @param withinMs how long it may take to answer
 */
export function prometheusAt(
  address: PrometheusAddress,
  credentials: Credentials,
  transport: KubeTransport,
  withinMs = WITHIN_MS,
): Prometheus {
  const where = addressText(address);
  const call = address.kind === 'Url' ? byAddress(address.url, credentials) : byServiceProxy(address, transport);
  return {
    where,
    async query(expression, ending) {
      const patience = AbortSignal.timeout(withinMs);
      const signal = AbortSignal.any([patience, ending]);
      const parameters = new URLSearchParams({ query: expression, timeout: `${withinMs}ms` });
      const ask = (method: ApiCall['method']) => call({ method, path: '/api/v1/query', parameters, signal });
      try {
        // a query that names a thousand namespaces is longer than what many take as an address
        const posted = await ask('POST');
        const reply = TAKES_GET.has(posted.status) ? await ask('GET') : posted;
        return answerOf(reply, where);
      } catch (error) {
        ending.throwIfAborted();
        return whyNot(patience.aborted ? patience.reason : error, where, withinMs);
      }
    },
  };
}

function answerOf({ status, text }: ApiReply, where: string): QueryAnswer {
  const answer = readInstantAnswer(text);
  if (status >= 200 && status < 300) return answer;
  // it tells errors of a query as JSON, whatever the status is
  if ('problem' in answer && answer.problem.startsWith('refuses')) return answer;
  if (status === 401 || status === 403)
    return {
      problem: `at ${where} refuses who asks (HTTP ${status})`,
      next: 'give a token with --prometheus-token-file FILE',
    };
  const next =
    status < 400
      ? 'name the address that it redirects to'
      : 'name the address with the path under which it serves, such as https://HOST/prometheus';
  return { problem: `at ${where} answers with HTTP ${status}`, next };
}
