import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { V1Container, V1Pod } from '@kubernetes/client-node';
import { type NetworkNamespace, networkNamespace } from '../network/network-namespace.ts';
import type { Guard } from '../processes/guard.ts';
import type { ClusterCalls } from './cluster-calls.ts';
import { Refused } from './cluster-calls.ts';
import { Container } from './container.ts';
import { startContainer } from './container-process.ts';
import { fieldValue, type PodPlace } from './environment.ts';
import type { Images } from './image.ts';
import { setKernel } from './kernel-settings.ts';
import { takenLastMessage } from './last-message.ts';
import type { NameServer } from './name-server.ts';
import type { NodeNetwork } from './node-network.ts';
import { type PodProgress, statusOf } from './pod-status.ts';
import { preparedContainer } from './prepared-container.ts';
import { fillVolume } from './volumes.ts';

/** What the pods of a node are run with. */
export interface PodHost {
  readonly guard: Guard;
  readonly calls: ClusterCalls;
  readonly network: NodeNetwork;
  readonly images: Images;
  readonly node: string;
  /** Without one pods know only the names in their /etc/hosts. */
  readonly nameServer: NameServer | undefined;
}

const DEFAULT_GRACE_SECONDS = 30;

/** Runs one pod from its binding to its deletion, and writes its status. */
export class PodWorker {
  #pod: V1Pod;
  readonly #host: PodHost;
  readonly #path: string;
  readonly #folder: string;
  #progress: PodProgress;
  #network: NetworkNamespace | undefined;
  #ending: Promise<void> | undefined;
  #unwritten = false;
  #writing: Promise<void> | undefined;
  readonly #running: Promise<void>;

  constructor(pod: V1Pod, host: PodHost) {
    this.#pod = pod;
    this.#host = host;
    const { namespace, name, uid } = pod.metadata ?? {};
    this.#path = `/api/v1/namespaces/${namespace}/pods/${name}`;
    this.#folder = join(host.guard.folder, 'pods', uid ?? '');
    const place = { podIps: [], machine: host.network.machine, node: host.node };
    this.#progress = { initialized: false, startTime: new Date().toISOString(), place, init: [], main: [] };
    this.#running = this.#run().catch((error: unknown) => this.#fail(error));
  }

  get name(): string {
    return this.#pod.metadata?.name ?? '';
  }

  get pod(): V1Pod {
    return this.#pod;
  }

  get ip(): string {
    return this.ips[0] ?? '';
  }

  /** Of both families when the node has both, IPv4 first. */
  get ips(): readonly string[] {
    return this.#progress.place.podIps;
  }

  /** The network that its containers share; none before it has one. */
  get network(): NetworkNamespace | undefined {
    return this.#network;
  }

  /** Why the node cannot run it. */
  get problem(): string | undefined {
    return this.#progress.problem;
  }

  /** All its containers in the order of their start. */
  get containers(): readonly Container[] {
    return [...this.#progress.init, ...this.#progress.main];
  }

  /** One of its containers, of either list. */
  container(name: string): Container | undefined {
    return [...this.#progress.main, ...this.#progress.init].find((container) => container.name === name);
  }

  /** Sends a signal to process 1 of a container; says whether it runs. */
  signal(container: string, signal: NodeJS.Signals): boolean {
    const pid = this.container(container)?.pid;
    return pid !== undefined && process.kill(pid, signal);
  }

  /** The file with the output of a container, over all its restarts. */
  logOf(container: string): string {
    return join(this.#folder, `${container}.log`);
  }

  /** Its stored object has changed. */
  update(pod: V1Pod): void {
    this.#pod = pod;
    if (pod.metadata?.deletionTimestamp !== undefined) this.#ending ??= this.#end();
  }

  /** Its stored object is gone, whatever it was doing. */
  async abandon(): Promise<void> {
    this.#ending ??= Promise.resolve();
    await this.#stopContainers(0);
    await this.#network?.stop();
  }

  async #run(): Promise<void> {
    const { guard, network, calls } = this.#host;
    await mkdir(join(this.#folder, 'volumes'), { recursive: true });
    const own = await networkNamespace(guard, { ownProcesses: true });
    this.#network = own;
    const place: PodPlace = { ...this.#progress.place, podIps: await network.attach(own) };
    this.#change({ place });
    const { volumes = [], initContainers = [], containers = [], restartPolicy = 'Always' } = this.#pod.spec ?? {};
    await setKernel(own, this.#pod.spec?.securityContext?.sysctls ?? []);
    const fieldOf = (path: string) => fieldValue(this.#pod, place, path);
    await Promise.all(
      volumes.map((volume) => fillVolume({ pod: this.#pod, calls, fieldOf }, volume, this.volume(volume.name))),
    );
    const always = restartPolicy as 'Always';
    const init = await Promise.all(
      initContainers.map((spec) =>
        this.#prepare(spec, spec.restartPolicy === 'Always' ? 'Always' : always === 'Always' ? 'OnFailure' : always),
      ),
    );
    const main = await Promise.all(containers.map((spec) => this.#prepare(spec, always)));
    this.#change({ init, main });
    for (const [index, container] of init.entries()) {
      if (this.#ending) return;
      const run = container.run();
      if (initContainers[index]?.restartPolicy === 'Always') await Promise.race([container.started, run]);
      else if ((await run) !== 0) throw new Error(`init container ${container.name} has failed`);
    }
    this.#change({ initialized: true });
    if (this.#ending) return;
    const ends: Promise<number>[] = [];
    for (const container of main) {
      if (this.#ending) return;
      const run = container.run();
      await Promise.race([container.begun, run]);
      ends.push(run);
    }
    if (always === 'Always') return;
    await Promise.all(ends);
    await this.#stopContainers(this.#graceMs);
  }

  async #prepare(spec: V1Container, restart: 'Always' | 'OnFailure' | 'Never'): Promise<Container> {
    const folder = join(this.#folder, 'containers', spec.name);
    const words = await preparedContainer(spec, {
      pod: this.#pod,
      place: this.#progress.place,
      images: this.#host.images,
      nameServer: this.#host.nameServer,
      apiServer: this.#host.network.kubernetes,
      folder,
      volume: (name) => this.volume(name),
    });
    const enter = this.#network?.enter ?? [];
    return new Container({
      spec,
      restart,
      podIp: this.ip,
      graceSeconds: this.#pod.spec?.terminationGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS,
      launch: () => startContainer(this.#host.guard, [...enter, ...words], this.logOf(spec.name)),
      lastMessage: () => takenLastMessage(folder),
      onChange: () => this.#publish(),
    });
  }

  /** The folder of the machine with the files of a volume. */
  volume(name: string): string {
    return join(this.#folder, 'volumes', name);
  }

  get #graceMs(): number {
    const { deletionGracePeriodSeconds } = this.#pod.metadata ?? {};
    const seconds = deletionGracePeriodSeconds ?? this.#pod.spec?.terminationGracePeriodSeconds;
    return 1000 * (seconds ?? DEFAULT_GRACE_SECONDS);
  }

  /** As a kubelet: the application first, then the sidecars; then the object may go. */
  async #end(): Promise<void> {
    await this.#stopContainers(this.#graceMs);
    await this.#running;
    await this.#network?.stop();
    await this.#writing;
    const options = { gracePeriodSeconds: 0, preconditions: { uid: this.#pod.metadata?.uid } };
    await this.#host.calls.call('DELETE', this.#path, options).catch(ignoreGone);
  }

  /** The grace period of all begins now; a sidecar is told to end when the application and later sidecars have. */
  async #stopContainers(graceMs: number): Promise<void> {
    const { main, init } = this.#progress;
    let turn: Promise<unknown> = Promise.all(main.map((container) => container.stop(graceMs)));
    for (const container of init.toReversed()) turn = Promise.all([turn, container.stop(graceMs, turn)]);
    await turn;
  }

  /** Also ends what has started already, such as a sidecar before an init container that failed. */
  async #fail(error: unknown): Promise<void> {
    if (this.#ending) return;
    this.#change({ problem: error instanceof Error ? error.message : String(error) });
    await this.#stopContainers(this.#graceMs);
  }

  #change(change: Partial<PodProgress>): void {
    this.#progress = { ...this.#progress, ...change };
    this.#publish();
  }

  /** Writes the status as it is now; while one write is under way the next one waits. */
  #publish(): void {
    this.#unwritten = true;
    this.#writing ??= this.#write();
  }

  async #write(): Promise<void> {
    while (this.#unwritten) {
      this.#unwritten = false;
      const { uid } = this.#pod.metadata ?? {};
      const status = statusOf(this.#pod, this.#progress);
      const stored = await this.#host.calls
        .call('PATCH', `${this.#path}/status`, { metadata: { uid }, status })
        .catch(ignoreGone);
      if (stored !== undefined) this.update(stored as V1Pod);
    }
    // in the same step as the last look, or a change in between would never be written
    this.#writing = undefined;
  }
}

const OBJECT_IS_GONE = [404, 409];

/** The object has gone, or another one has its name, or the tests have ended: nobody waits for the answer. */
function ignoreGone(error: unknown): undefined {
  if (error instanceof Refused && OBJECT_IS_GONE.includes(error.status)) return;
  if ((error as Error).name !== 'AbortError') throw error;
}
