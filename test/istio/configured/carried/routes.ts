import type { None, RetryPolicy, Route, Share, TextMatch } from '../configuration.ts';
import type { Message } from '../discovery.ts';
import { msIn } from './clusters.ts';
import { carriedCors } from './cors.ts';

/** What becomes of the requests that a route takes. */
export function carriedRoute({ match, route, typed_per_filter_config: filters = {} }: Message): Route {
  const [method, ...headers] = partitioned(match.headers ?? []);
  const fault = filters['envoy.filters.http.fault'];
  return {
    path: path(match),
    headers: headers.map((header) => ({ name: header.name, ...text(header) })),
    methods: methods(method),
    timeoutMs: unlessNothing(route.timeout),
    grpcTimeoutMs: unlessNothing(route.max_grpc_timeout),
    retries: retries(route.retry_policy),
    to: carriedShares(route),
    copies: (route.request_mirror_policies ?? []).map(({ cluster, runtime_fraction }: Message) => ({
      cluster,
      percent: percentIn(runtime_fraction.default_value),
    })),
    delay:
      fault?.delay === undefined
        ? 'none'
        : { percent: percentIn(fault.delay.percentage), durationMs: msIn(fault.delay.fixed_delay) },
    abort:
      fault?.abort === undefined
        ? 'none'
        : { percent: percentIn(fault.abort.percentage), status: fault.abort.http_status },
    cors: carriedCors(filters['envoy.filters.http.cors']),
    hash: (route.hash_policy ?? []).map(hash),
  };
}

/** The condition on the method, and the others by the name of their header. */
function partitioned(headers: readonly Message[]): readonly [method: Message | undefined, ...others: Message[]] {
  const others = headers.filter(({ name }) => name !== ':method');
  return [headers.find(({ name }) => name === ':method'), ...others.sort((a, b) => (a.name < b.name ? -1 : 1))];
}

function path({ prefix, path: exact, safe_regex }: Message): TextMatch {
  if (exact !== undefined) return { is: 'exact', value: exact };
  return safe_regex === undefined ? { is: 'prefix', value: prefix } : { is: 'regex', value: safe_regex.regex };
}

function text({ string_match: match, present_match, ...rest }: Message): TextMatch {
  if (present_match) return { is: 'present', value: '' };
  const { exact, prefix, safe_regex } = match ?? {};
  if (exact !== undefined) return { is: 'exact', value: exact };
  if (prefix !== undefined) return { is: 'prefix', value: prefix };
  if (safe_regex !== undefined) return { is: 'regex', value: safe_regex.regex };
  throw new Error(`a condition of a form that no values have: ${JSON.stringify({ match, rest })}`);
}

function methods(header: Message | undefined): readonly string[] {
  if (header === undefined) return [];
  const { is, value } = text(header);
  return is === 'exact' ? [value] : value.split('|').sort();
}

const unlessNothing = (duration: string): number | None => (msIn(duration) === 0 ? 'none' : msIn(duration));

const DENOMINATORS: Readonly<Record<string, number>> = { HUNDRED: 100, TEN_THOUSAND: 10_000, MILLION: 1_000_000 };

/** JSON leaves nothing and the first word of an enumeration out. */
const percentIn = ({ numerator = 0, denominator = 'HUNDRED' }: Message): number =>
  (numerator * 100) / (DENOMINATORS[denominator] ?? Number.NaN);

const STATUSES = 'retriable-status-codes';

function retries(policy: Message | undefined): RetryPolicy | None {
  if (policy === undefined) return 'none';
  const predicates = policy.retry_host_predicate ?? [];
  return {
    attempts: policy.num_retries,
    perTryTimeoutMs: policy.per_try_timeout === undefined ? 'none' : msIn(policy.per_try_timeout),
    words: policy.retry_on.split(',').filter((word: string) => word !== STATUSES && word !== ''),
    statuses: policy.retry_on.split(',').includes(STATUSES) ? policy.retriable_status_codes : [],
    backoffMs: policy.retry_back_off === undefined ? 25 : msIn(policy.retry_back_off.base_interval),
    anotherPod: predicates.some(({ name }: Message) => name === 'envoy.retry_host_predicates.previous_hosts'),
  };
}

export function carriedShares({ cluster, weighted_clusters }: Message): readonly Share[] {
  if (cluster !== undefined) return [{ cluster, weight: 100 }];
  return weighted_clusters.clusters.map(({ name, weight }: Message) => ({ cluster: name, weight }));
}

function hash({ header, cookie, connection_properties }: Message): string {
  if (header !== undefined) return `header ${header.header_name}`;
  if (cookie !== undefined) return `cookie ${cookie.name}`;
  return connection_properties?.source_ip ? 'source address' : 'something else';
}
