import type { NetworkNamespace } from '../network/network-namespace.ts';
import { type Guard, openGuard } from '../processes/guard.ts';
import { redirectTraffic, startInjectedSidecar } from './injected-sidecar.ts';
import { joinedNetworks } from './network.ts';

export const POD = { ipv4: '10.91.7.2', ipv6: 'fd91:7::2' };
export const PEER = { ipv4: '10.91.7.1', ipv6: 'fd91:7::1' };

/** A pod whose traffic the sidecar captures, and a machine beside it. */
export interface CapturedPod {
  readonly guard: Guard;
  readonly pod: NetworkNamespace;
  readonly peer: NetworkNamespace;
  /** Starts a program there as the application’s user. */
  inBackground(where: NetworkNamespace, words: readonly string[], name: string): Promise<unknown>;
  /** Fetches a URL with a process of its own; gives the status and the body. */
  fetchFrom(where: NetworkNamespace, url: string): Promise<string>;
  stop(): Promise<void>;
}

const CLIENT = `fetch(process.argv[1]).then(async (r) => process.stdout.write(r.status + ' ' + await r.text()), (e) => { console.error(e.cause?.code ?? e.message); process.exit(1) })`;

/** The words before a command that make it run as the application’s user, whose traffic is captured. */
const AS_APPLICATION = ['setpriv', '--reuid=1000', '--regid=1000', '--clear-groups'];

export async function eventually<T>(attempt: () => Promise<T>): Promise<T> {
  for (let left = 100; ; left--) {
    try {
      return await attempt();
    } catch (error) {
      if (left === 0) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/**
 * Resolves when the sidecar is ready.
 * @param config what it runs on in place of what the pod carries
 */
export async function openCapturedPod(config?: string): Promise<CapturedPod> {
  const guard = await openGuard();
  const stop = () => guard.stop();
  try {
    return { stop, ...(await captured(guard, config)) };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function captured(guard: Guard, config: string | undefined): Promise<Omit<CapturedPod, 'stop'>> {
  const { pod, peer } = await joinedNetworks(guard, POD, PEER);
  await redirectTraffic(pod);
  await startInjectedSidecar(guard, pod, config === undefined ? {} : { config });

  const fetchFrom = (where: NetworkNamespace, url: string) => {
    const [command = '', ...args] = [...AS_APPLICATION, process.execPath, '-e', CLIENT, url];
    return where.run(command, ...args);
  };
  await eventually(() => fetchFrom(peer, `http://${POD.ipv4}:15021/healthz/ready`));
  return {
    guard,
    pod,
    peer,
    fetchFrom,
    inBackground: (where, words, name) => where.start([...AS_APPLICATION, ...words], name),
  };
}
