import { join } from 'node:path';
import { PORTS } from '../../../src/core/sidecar/profiles/envoy/names.ts';
import { type NetworkNamespace, networkNamespace } from '../../network/network-namespace.ts';
import { type Guard, type GuardedProcess, openGuard } from '../../processes/guard.ts';
import { eventually } from '../../traffic/captured-pod.ts';
import { startInjectedSidecar } from '../../traffic/injected-sidecar.ts';
import { joinedNetworks } from '../../traffic/network.ts';

export const CLIENT = { ipv4: '10.91.6.1' };
export const SERVER = { ipv4: '10.91.6.2' };
export const APPLICATION_PORT = 8080;

/** A pod of the benchmark: its network and its sidecar, which gets traffic once the redirect is installed. */
export interface BenchPod {
  readonly network: NetworkNamespace;
  /** The process number of its Envoy. */
  readonly sidecar: number;
  /** The file with what its Envoy prints. */
  readonly log: string;
}

/** Two pods joined by a cable, without a redirect so far. */
export interface BenchPods {
  readonly client: BenchPod;
  readonly server: BenchPod;
  /** Starts a program in the server’s pod, waits until it answers at APPLICATION_PORT, and gives its process number. */
  serve(words: readonly string[]): Promise<number>;
  stop(): Promise<void>;
}

/**
 * Resolves when both sidecars are ready.
 * @param config what the server’s sidecar runs on in place of what its pod carries
 */
export async function openBenchPods(config?: string): Promise<BenchPods> {
  const guard = await openGuard();
  try {
    const { pod, peer } = await joinedNetworks(guard, SERVER, CLIENT);
    const client = await podIn(guard, peer, { name: 'client' });
    const server = await podIn(guard, pod, { name: 'server', ...(config === undefined ? {} : { config }) });
    const serve = async (words: readonly string[]) => {
      const { pid } = await pod.start(words, 'application');
      await answered(pod, APPLICATION_PORT, '/');
      return pid;
    };
    return { client, server, serve, stop: () => guard.stop() };
  } catch (error) {
    await guard.stop();
    throw error;
  }
}

async function podIn(
  guard: Guard,
  network: NetworkNamespace,
  options: SidecarOptions & { readonly name: string },
): Promise<BenchPod> {
  const { pid } = await readySidecar(guard, network, options);
  return { network, sidecar: pid, log: join(guard.folder, `${options.name}.log`) };
}

/** A sidecar by itself, in a network of its own. */
export async function loneSidecar(guard: Guard, config: string): Promise<GuardedProcess> {
  return readySidecar(guard, await networkNamespace(guard), { config });
}

type SidecarOptions = NonNullable<Parameters<typeof startInjectedSidecar>[2]>;

const FETCH = `fetch(process.argv[1]).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))`;

/** Resolves when a program in this network answers on loopback, which is never captured. */
const answered = (network: NetworkNamespace, port: number, path: string): Promise<unknown> =>
  eventually(() => network.run(process.execPath, '-e', FETCH, `http://127.0.0.1:${port}${path}`));

async function readySidecar(guard: Guard, network: NetworkNamespace, options: SidecarOptions): Promise<GuardedProcess> {
  const sidecar = await startInjectedSidecar(guard, network, options);
  await answered(network, PORTS.health, '/healthz/ready');
  return sidecar;
}
