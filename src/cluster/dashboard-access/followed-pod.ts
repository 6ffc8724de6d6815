import type { TLSSocket } from 'node:tls';
import { ApiError, isNotFound } from '../api-error.ts';
import { PortNotForwarded } from '../port-forward/forwarded-stream.ts';
import type { HttpTransport } from '../transport.ts';
import { NoDashboard } from './no-dashboard.ts';
import { connectTo, NotTrusted } from './pod-connection.ts';
import { type DashboardPod, dashboardPods, type FoundPods, POD_SELECTOR } from './ready-pods.ts';
import type { ServedAs } from './served-as.ts';

export interface FollowedPodOptions {
  readonly transport: HttpTransport;
  readonly namespace: string;
  /** Asked again when a pod cannot be trusted: authorities are replaced. */
  readonly servedAs: () => Promise<ServedAs>;
  readonly signal: AbortSignal;
  /** Told when another pod takes the place of one that does not answer any more. */
  readonly onMoved: (from: string, to: string) => void;
}

/** Connections to the dashboard of one pod for as long as it answers, and then of another. */
export class FollowedPod {
  readonly #options: FollowedPodOptions;
  #pod: DashboardPod | undefined;
  #looking: Promise<FoundPods> | undefined;
  #servedAs: ServedAs | undefined;
  #told = '';

  constructor(options: FollowedPodOptions) {
    this.#options = options;
  }

  /** Which pod answered last. */
  get pod(): string {
    return this.#told;
  }

  /**
   * A connection to a pod that is ready.
   * @throws NoDashboard when there is none; ApiError, ClusterUnreachable, TimeoutError, or the reason of the signal
   */
  async connect(): Promise<TLSSocket> {
    const failed = new Map<string, unknown>();
    for (;;) {
      const pod = await this.#choose(failed);
      try {
        const socket = await this.#connectTo(pod);
        this.#answered(pod);
        return socket;
      } catch (error) {
        if (!isOfPod(error)) throw error;
        failed.set(pod.uid, error);
        if (this.#pod?.uid === pod.uid) this.#pod = undefined;
      }
    }
  }

  #answered(pod: DashboardPod): void {
    this.#pod = pod;
    if (this.#told !== '' && this.#told !== pod.name) this.#options.onMoved(this.#told, pod.name);
    this.#told = pod.name;
  }

  async #choose(failed: ReadonlyMap<string, unknown>): Promise<DashboardPod> {
    if (this.#pod !== undefined && !failed.has(this.#pod.uid)) return this.#pod;
    const { transport, namespace, signal } = this.#options;
    // a page asks for several connections at once
    this.#looking ??= dashboardPods(transport, namespace, signal).finally(() => {
      this.#looking = undefined;
    });
    const { ready, all } = await this.#looking;
    const pod = ready.find(({ uid }) => !failed.has(uid));
    if (pod === undefined)
      throw noneLeft(
        namespace,
        all,
        [...failed.values()].find((failure) => !isNotFound(failure)),
      );
    return pod;
  }

  async #connectTo(pod: DashboardPod): Promise<TLSSocket> {
    const { transport, servedAs, signal } = this.#options;
    const known = this.#servedAs;
    this.#servedAs ??= await servedAs();
    try {
      return await connectTo(transport, pod, this.#servedAs, signal);
    } catch (error) {
      if (!(error instanceof NotTrusted) || known === undefined) throw error;
      this.#servedAs = await servedAs();
      return await connectTo(transport, pod, this.#servedAs, signal);
    }
  }
}

/** Whether another pod may do better. */
const isOfPod = (error: unknown): boolean =>
  error instanceof PortNotForwarded ||
  error instanceof NotTrusted ||
  (error instanceof ApiError && error.status !== 401 && error.status !== 403);

function noneLeft(namespace: string, all: number, failure: unknown): NoDashboard {
  const look = `kubectl -n ${namespace} get pods -l ${POD_SELECTOR}`;
  if (failure instanceof NotTrusted)
    return new NoDashboard(
      `what answers in the pod does not prove that it is Pillion: ${failure.message}. Run pillion doctor; nothing was sent to it`,
      failure,
    );
  if (failure instanceof PortNotForwarded && failure.message.includes('refused'))
    return new NoDashboard(
      `the dashboard is switched off: nothing listens on its port. Switch it on in the values of the chart (dashboard.enabled). It was said: ${failure.message}`,
      failure,
    );
  if (failure !== undefined)
    return new NoDashboard(`no pod of Pillion can be reached: ${(failure as Error).message}. Look at ${look}`, failure);
  if (all === 0)
    return new NoDashboard(
      `there is no pod of Pillion in the namespace ${namespace}; name another by --own-namespace, or install the chart`,
    );
  const which = all === 1 ? 'the one pod' : `none of the ${all} pods`;
  return new NoDashboard(`${which} of Pillion in ${namespace} is ${all === 1 ? 'not ' : ''}ready; look at ${look}`);
}
