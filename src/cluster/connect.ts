import type { KubeConfig } from '@kubernetes/client-node';
import type { ServerClock } from './server-clock.ts';
import { HttpTransport } from './transport.ts';

export interface ConnectOptions {
  /** A kubeconfig file; without it what kubectl would use: $KUBECONFIG, then ~/.kube/config, then the pod's service account. */
  readonly kubeconfig?: string;
  /** A context of that file; without it the current one. */
  readonly context?: string;
  /** Uses the service account of the pod that this runs in, whatever kubeconfig there is. */
  readonly inCluster?: boolean;
  /** Follows the time of the API server. */
  readonly clock?: ServerClock;
}

/**
 * Makes a transport from a kubeconfig. Nothing is called yet.
 * @throws Error when the file or the context cannot be used
 */
export async function connect({ kubeconfig, context, inCluster, clock }: ConnectOptions = {}): Promise<HttpTransport> {
  // loaded here, because it costs 0.3 s and 60 MB unbundled, which commands without a cluster need not pay
  const { KubeConfig: Config } = await import('./kube-config.ts');
  const config = new Config();
  try {
    if (inCluster) config.loadFromCluster();
    else if (kubeconfig === undefined) config.loadFromDefault();
    else config.loadFromFile(kubeconfig);
  } catch (cause) {
    const file = kubeconfig ?? 'the default kubeconfig';
    throw new Error(`cannot read ${file}: ${(cause as Error).message}; name another with --kubeconfig`, { cause });
  }
  if (context !== undefined) selectContext(config, context);
  if (!config.getCurrentCluster())
    throw new Error('the kubeconfig selects no cluster; choose a context with --context');
  return new HttpTransport(config, clock);
}

function selectContext(config: KubeConfig, context: string): void {
  const known = config.getContexts().map(({ name }) => name);
  if (!known.includes(context)) throw new Error(`there is no context "${context}"; known: ${known.join(', ')}`);
  config.setCurrentContext(context);
}
