import type { EffectiveValues } from '../../../src/core/traffic/effective-values.ts';
import { logged, OUTCOMES } from './access-log.ts';
import { type Compared, compared } from './comparison.ts';
import type { None } from './configuration.ts';
import type { Message, Sent } from './discovery.ts';

/** How a pod of a service takes connections, and what it tells about requests. */
interface Inbound {
  readonly plain: boolean;
  readonly mutualTls: boolean;
  readonly received: Told;
}

interface Told {
  /** Whether each of some outcomes is written down. */
  readonly log: Readonly<Record<string, boolean>>;
  /** Of a hundred requests, how many begin a trace. */
  readonly tracing: number | None;
}

/** What the sidecar of a pod does with what it receives and, where it sends requests, with those. */
export function comparedInbound(values: EffectiveValues, sent: Sent): readonly Compared[] {
  const { port, protocol } = values.service;
  const chains = chainsOf(sent, 'virtualInbound').filter(
    ({ filter_chain_match: match }: Message) => match?.destination_port === port,
  );
  const told = wantedTold(values);
  const wanted: Inbound = {
    plain: values.tls.mode !== 'mesh',
    mutualTls: values.tls.mode !== 'none',
    // a connection begins no trace
    received: protocol === 'tcp' ? { ...told, tracing: 'none' } : told,
  };
  const carried: Inbound = {
    plain: chains.some((chain) => chain.transport_socket === undefined),
    mutualTls: chains.some((chain) => chain.transport_socket !== undefined),
    received: carriedTold(chains[0]),
  };
  const calls = sent.listeners.flatMap(({ name }) => (/^0\.0\.0\.0_/.test(name) ? chainsOf(sent, name) : []));
  const http = calls.find((chain) => managerOf(chain) !== undefined);
  return [...compared('inbound', wanted, carried), ...compared('calls', told, carriedTold(http))];
}

function chainsOf({ listeners }: Sent, name: string): readonly Message[] {
  const { filter_chains: chains = [], default_filter_chain: last } = listeners.find((one) => one.name === name) ?? {};
  return [...chains, ...(last === undefined ? [] : [last])];
}

function wantedTold({ telemetry: { accessLog, accessLogSampling, tracing } }: EffectiveValues): Told {
  const isWhole = accessLog === 'all' || (accessLog === 'errors' && accessLogSampling >= 100);
  const log = OUTCOMES.map(({ name, isError }) => [name, isWhole || (accessLog === 'errors' && isError)]);
  return { log: Object.fromEntries(log), tracing: tracing === 'none' ? 'none' : tracing.sampling };
}

function carriedTold(chain: Message): Told {
  const { access_log: logs = [], tracing } = managerOf(chain) ?? chain?.filters.at(-1).typed_config ?? {};
  return {
    log: Object.fromEntries(OUTCOMES.map((outcome) => [outcome.name, logged(logs, outcome)])),
    tracing: tracing === undefined ? 'none' : (tracing.random_sampling?.value ?? 0),
  };
}

const MANAGER = 'envoy.filters.network.http_connection_manager';

const managerOf = (chain: Message): Message =>
  chain?.filters.find(({ name }: Message) => name === MANAGER)?.typed_config;
