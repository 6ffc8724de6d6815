import { setTimeout as sleep } from 'node:timers/promises';
import type { V1Container } from '@kubernetes/client-node';
import type { ContainerProcess } from './container-process.ts';
import { postStart, preStop } from './life-cycle-hooks.ts';
import { tryOf, watchProbe } from './probe.ts';

/** How a container is at one moment. */
export interface ContainerState {
  readonly phase: 'waiting' | 'running' | 'terminated';
  readonly ready: boolean;
  readonly started: boolean;
  readonly restarts: number;
  readonly startedAt?: Date;
  readonly finishedAt?: Date;
  readonly exitCode?: number;
  /** What it left in its terminationMessagePath. */
  readonly lastMessage?: string;
  /** Why one of its probes cannot be tried. */
  readonly problem?: string;
}

export interface ContainerOptions {
  readonly spec: V1Container;
  readonly restart: 'Always' | 'OnFailure' | 'Never';
  readonly podIp: string;
  /** For the time between SIGTERM and SIGKILL when a liveness probe has failed. */
  readonly graceSeconds: number;
  launch(): Promise<ContainerProcess>;
  lastMessage(): Promise<string>;
  onChange(): void;
}

// a kubelet begins with 10 s and ends with 5 minutes, for which no test should wait; the first restart is at once, as there
const FIRST_BACKOFF_MS = 1_000;
const LONGEST_BACKOFF_MS = 20_000;
// minimumGracePeriodInSeconds of pkg/kubelet/kuberuntime: what is left between SIGTERM and SIGKILL whatever preStop took
const LEAST_GRACE_MS = 2_000;

type ProbeKind = 'startupProbe' | 'readinessProbe' | 'livenessProbe';

/** Keeps one container running as its pod wants it, and watches its probes. */
export class Container {
  readonly name: string;
  readonly image: string;
  readonly #options: ContainerOptions;
  readonly #stopping = new AbortController();
  readonly #started = Promise.withResolvers<void>();
  readonly #begun = Promise.withResolvers<void>();
  #state: ContainerState = { phase: 'waiting', ready: false, started: false, restarts: 0 };
  #process: ContainerProcess | undefined;
  #running: Promise<number> | undefined;

  constructor(options: ContainerOptions) {
    this.#options = options;
    this.name = options.spec.name;
    this.image = options.spec.image ?? '';
  }

  get state(): ContainerState {
    return this.#state;
  }

  /** The number of its process on the machine, while it runs. */
  get pid(): number | undefined {
    return this.#state.phase === 'running' ? this.#process?.pid : undefined;
  }

  /** Resolves when it has started for the first time: at once, or when its startup probe has passed. */
  get started(): Promise<void> {
    return this.#started.promise;
  }

  /** Resolves when it runs for the first time and its postStart is over, however that went: only then is the next one started. */
  get begun(): Promise<void> {
    return this.#begun.promise;
  }

  /** Runs it; resolves with its last exit code when it is not restarted any more. */
  run(): Promise<number> {
    this.#running ??= this.#again();
    return this.#running;
  }

  /**
   * Ends it for good; resolves when it has ended. As the kubelet: preStop at once, SIGTERM after that and when it is its turn,
   * SIGKILL when the grace period is over. Without one it is killed at once. A second call runs no second preStop.
   */
  async stop(graceMs: number, turn: Promise<unknown> = Promise.resolve()): Promise<void> {
    const isFirst = !this.#stopping.signal.aborted;
    this.#stopping.abort();
    const overMs = performance.now() + graceMs;
    const leftMs = () => overMs - performance.now();
    const { pid } = this;
    if (graceMs > 0 && pid !== undefined) {
      if (isFirst) await Promise.race([preStop(this.#options.spec, pid, this.#options.podIp, graceMs), this.#running]);
      await before(leftMs(), turn);
    }
    await this.#process?.end(graceMs === 0 ? 0 : Math.max(LEAST_GRACE_MS, leftMs()));
    await this.#running;
  }

  async #again(): Promise<number> {
    for (let backoffMs = 0; ; backoffMs = Math.min(backoffMs * 2 || FIRST_BACKOFF_MS, LONGEST_BACKOFF_MS)) {
      const exitCode = await this.#once();
      const { restart } = this.#options;
      if (this.#stopping.signal.aborted || restart === 'Never' || (restart === 'OnFailure' && exitCode === 0))
        return exitCode;
      await sleep(backoffMs, undefined, { signal: this.#stopping.signal }).catch(() => {});
      if (this.#stopping.signal.aborted) return exitCode;
      this.#change({ restarts: this.#state.restarts + 1 });
    }
  }

  async #once(): Promise<number> {
    const { spec, launch } = this.#options;
    const probing = new AbortController();
    const process_ = await launch();
    this.#process = process_;
    const startedAt = new Date();
    if (this.#stopping.signal.aborted) void process_.end(0);
    const ended = process_.exited.then(() => true);
    // as the kubelet: a container counts as running, and is probed, when its postStart went well, and is told to end when not
    const went = await Promise.race([postStart(spec, process_.pid, this.#options.podIp), ended]);
    if (went) this.#runs(startedAt);
    else void process_.end(this.#options.graceSeconds * 1000);
    this.#begun.resolve();
    if (went) void this.#probe(process_, probing.signal);
    const exitCode = await process_.exited;
    probing.abort();
    const lastMessage = await this.#options.lastMessage();
    const finishedAt = new Date();
    this.#change({ phase: 'terminated', ready: false, started: false, startedAt, finishedAt, exitCode, lastMessage });
    return exitCode;
  }

  #runs(startedAt: Date): void {
    const { startupProbe, readinessProbe } = this.#options.spec;
    const waits = startupProbe !== undefined;
    this.#change({ phase: 'running', startedAt, started: !waits, ready: !waits && readinessProbe === undefined });
    if (!waits) this.#started.resolve();
  }

  async #probe(process_: ContainerProcess, signal: AbortSignal): Promise<void> {
    const { spec, podIp, graceSeconds } = this.#options;
    const { readinessProbe } = spec;
    const watch = async (kind: ProbeKind, told: (well: boolean) => 'go on' | 'enough') => {
      const probe = spec[kind];
      if (probe === undefined) return;
      const cannotTry = (why: string) => {
        const problem = `its ${kind} cannot be tried: ${why}`;
        if (this.#state.problem !== problem) this.#change({ problem });
      };
      await watchProbe(probe, tryOf(probe, spec, podIp, process_.pid), signal, told, cannotTry);
    };
    const kill = (kind: ProbeKind) => {
      void process_.end((spec[kind]?.terminationGracePeriodSeconds ?? graceSeconds) * 1000);
      return 'enough' as const;
    };
    await watch('startupProbe', (well) => {
      if (!well) return kill('startupProbe');
      this.#change({ started: true, ready: readinessProbe === undefined });
      this.#started.resolve();
      return 'enough';
    });
    if (signal.aborted || !this.#state.started) return;
    void watch('readinessProbe', (well) => {
      if (well !== this.#state.ready) this.#change({ ready: well });
      return 'go on';
    });
    // a container that is ending anyway is left to its end
    void watch('livenessProbe', (well) => (well || this.#stopping.signal.aborted ? 'go on' : kill('livenessProbe')));
  }

  #change(change: Partial<ContainerState>): void {
    this.#state = { ...this.#state, ...change };
    this.#options.onChange();
  }
}

/** Waits for something, but not longer than that. */
async function before(ms: number, what: Promise<unknown>): Promise<void> {
  const waiting = new AbortController();
  const timer = sleep(Math.max(0, ms), undefined, { signal: waiting.signal }).catch(() => {});
  await Promise.race([what, timer]);
  waiting.abort();
}
