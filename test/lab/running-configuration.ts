import type { PodWorker } from '../node/pod-worker.ts';
import { askEnvoy } from './administration.ts';

/** What the running Envoy of a pod says that it has, as far as it is compared with what `pillion explain` says. */
export interface RunningConfiguration {
  /** The port of each by its name. */
  readonly listeners: Readonly<Record<string, number>>;
  readonly upstreams: readonly RunningUpstream[];
  readonly hosts: readonly RunningHost[];
}

interface RunningUpstream {
  readonly name: string;
  readonly endpoints: number;
  readonly maxConnections: number | undefined;
  readonly maxRequests: number | undefined;
  readonly consecutive5xx: number | undefined;
  readonly maxEjectionPercent: number | undefined;
}

interface RunningHost {
  readonly name: string;
  readonly domains: readonly string[];
  readonly routes: readonly { readonly name: string; readonly timeout: string; readonly retries: number | undefined }[];
}

type Message = Readonly<Record<string, unknown>>;

/** What the Envoy of a pod says of itself. */
export async function runningConfiguration(pod: PodWorker): Promise<RunningConfiguration> {
  const [dump, clusters] = await Promise.all([
    askEnvoy<Message>(pod, '/config_dump'),
    askEnvoy<Message>(pod, '/clusters?format=json'),
  ]);
  const parts = dump.configs as readonly Message[];
  const part = (type: string) => parts.find((one) => String(one['@type']).endsWith(type)) ?? {};
  const listeners = list(part('ListenersConfigDump'), 'static_listeners').map(({ listener }) => listener as Message);
  const hosts = listeners
    .filter(({ name }) => name === 'outbound')
    .flatMap((listener) => list(listener, 'filter_chains'))
    .flatMap((chain) => list(chain, 'filters'))
    .flatMap(({ typed_config: config }) =>
      list(((config as Message).route_config as Message | undefined) ?? {}, 'virtual_hosts'),
    );
  const endpoints = new Map(
    (clusters.cluster_statuses as readonly Message[]).map((status) => [
      status.name,
      list(status, 'host_statuses').length,
    ]),
  );
  return {
    listeners: Object.fromEntries(listeners.map((listener) => [String(listener.name), portOf(listener)])),
    upstreams: list(part('ClustersConfigDump'), 'static_clusters')
      .map(({ cluster }) => cluster as Message)
      .filter(({ type }) => type === 'STRICT_DNS')
      .map((cluster) => upstreamOf(cluster, endpoints.get(cluster.name) ?? 0)),
    hosts: hosts.filter(({ domains }) => !(domains as string[]).includes('*')).map(hostOf),
  };
}

function upstreamOf(cluster: Message, endpoints: number): RunningUpstream {
  const [limits = {}] = list((cluster.circuit_breakers as Message | undefined) ?? {}, 'thresholds');
  const ejection = (cluster.outlier_detection as Message | undefined) ?? {};
  return {
    name: String(cluster.name),
    endpoints,
    maxConnections: limits.max_connections as number | undefined,
    maxRequests: limits.max_requests as number | undefined,
    consecutive5xx: ejection.consecutive_5xx as number | undefined,
    maxEjectionPercent: ejection.max_ejection_percent as number | undefined,
  };
}

const portOf = ({ address }: Message): number =>
  Number(((address as Message).socket_address as Message | undefined)?.port_value);

const hostOf = (host: Message): RunningHost => ({
  name: String(host.name),
  domains: host.domains as string[],
  routes: list(host, 'routes').flatMap(({ name, route }) => {
    if (name === undefined) return [];
    const { timeout, retry_policy: policy } = route as Message;
    return [
      {
        name: String(name),
        timeout: String(timeout),
        retries: (policy as Message | undefined)?.num_retries as number | undefined,
      },
    ];
  }),
});

const list = (message: Message, field: string): readonly Message[] =>
  (message[field] as readonly Message[] | undefined) ?? [];
