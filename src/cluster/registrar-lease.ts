import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { Backoff } from './backoff.ts';
import { LeaseCalls } from './lease-calls.ts';
import { heldBy } from './lease-object.ts';
import { lookWhenTold } from './look-when-told.ts';
import type { OwnerReference } from './owner-reference.ts';
import { RestartingWatch, type RestartingWatchOptions } from './restarting-watch.ts';
import { ToldOnce } from './told-once.ts';
import type { KubeTransport } from './transport.ts';

interface LeaseTimes {
  /** So long after its last change the Lease of another counts. */
  readonly durationMs: number;
  /** So long after its last renewal the holder goes on as such; less than the duration, so that there are never two. */
  readonly renewWithinMs: number;
  readonly retryMs: number;
}

// client-go, tools/leaderelection, as the controllers of Kubernetes set it: 15 s, 10 s, 2 s
const DURATION_MS = 15_000;
const timesOf = (durationMs: number): LeaseTimes => ({
  durationMs,
  renewWithinMs: (durationMs * 2) / 3,
  retryMs: (durationMs * 2) / 15,
});

export interface RegistrarLeaseOptions {
  readonly transport: KubeTransport;
  readonly namespace: string;
  /** Name of the Lease. */
  readonly name: string;
  /** Unlike that of any other process. */
  readonly identity: string;
  /** Reads whom the Lease belongs to. */
  readonly owner: () => Promise<OwnerReference>;
  /** Called when this process begins to hold the Lease, and when it no longer does. */
  readonly onChange: (holds: boolean) => void;
  readonly log: Logger;
  readonly metrics: { readonly holds: (holds: boolean) => void; readonly watch: RestartingWatchOptions['metrics'] };
  /** Milliseconds of a clock that never runs backwards, and goes on while the process is frozen. */
  readonly elapsedMs: () => number;
  /** From 0 up to 1. */
  readonly random: () => number;
  /** So long after its last change the Lease of another counts; 15 s unless told. */
  readonly durationMs?: number;
}

const CALL_WITHIN_MS = 5_000;

/**
 * One of several processes at a time: the one that holds the Lease. As in client-go no clocks are compared: the Lease of another
 * counts until it has not changed for its duration, by the clock of the one who looks. Nothing here throws; while the API server
 * is away nobody begins to hold, and the holder ends in time.
 */
export class RegistrarLease {
  readonly #options: RegistrarLeaseOptions;
  readonly #times: LeaseTimes;
  readonly #stop = new AbortController();
  readonly #retry: Backoff;
  readonly #calls: LeaseCalls;
  readonly #faults = new ToldOnce();
  readonly #watch: RestartingWatch;
  #wake = new AbortController();
  #told = false;
  #heldUntilMs = Number.NEGATIVE_INFINITY;
  #ending: NodeJS.Timeout | undefined;
  #seen: { readonly resourceVersion: string | undefined; readonly atMs: number } | undefined;
  #running: Promise<void> | undefined;

  constructor(options: RegistrarLeaseOptions) {
    const { transport, namespace, name, log, metrics, random, durationMs = DURATION_MS } = options;
    const times = timesOf(durationMs);
    this.#options = options;
    this.#times = times;
    this.#calls = new LeaseCalls(transport, { namespace, name });
    this.#retry = new Backoff(random, { baseMs: times.retryMs / 2, capMs: times.retryMs });
    const look = () => {
      if (!this.holds) this.#wake.abort();
    };
    this.#watch = new RestartingWatch({
      transport,
      path: this.#calls.collection,
      fieldSelector: `metadata.name=${name}`,
      target: lookWhenTold(look),
      log,
      metrics: metrics.watch,
      now: Date.now,
      random,
    });
    metrics.holds(false);
    log.debug({ lease: `${namespace}/${name}`, identity: options.identity }, 'one replica registers');
  }

  /**
   * Whether this process may write now. To be asked right before each write: a process that was frozen does not know yet that its
   * time is over, but its clock does.
   */
  get holds(): boolean {
    return !this.#stop.signal.aborted && this.#options.elapsedMs() < this.#heldUntilMs;
  }

  start(): void {
    if (this.#stop.signal.aborted) return;
    this.#watch.start();
    this.#running ??= this.#run();
  }

  /** Gives the Lease back, so that another takes it at once; from the call on nothing is held. */
  async release(): Promise<void> {
    if (this.#stop.signal.aborted) return;
    const held = this.holds;
    this.#stop.abort(new Error('the Lease was released'));
    clearTimeout(this.#ending);
    this.#tell(false);
    await Promise.all([this.#watch.stop(), this.#running]);
    if (held) await this.#giveBack();
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      this.#wake = new AbortController();
      const pauseMs = await this.#look().then(
        (ms) => {
          this.#retry.reset();
          this.#faults.forget();
          return ms;
        },
        (err: unknown) => {
          this.#failed(err);
          return this.#retry.nextMs();
        },
      );
      const signal = AbortSignal.any([this.#stop.signal, this.#wake.signal]);
      await sleep(pauseMs, undefined, { signal, ref: false }).catch(() => {});
    }
  }

  /**
   * Renews the Lease, or takes it when it is free.
   * @returns how long to wait before the next look
   */
  async #look(): Promise<number> {
    const { identity, elapsedMs, random, owner } = this.#options;
    const { retryMs } = this.#times;
    // before anything is read, so that what was held is never held for too long
    const beganMs = elapsedMs();
    const standing = await this.#calls.read(this.#signal());
    const resourceVersion = standing?.metadata.resourceVersion;
    if (this.#seen === undefined || this.#seen.resourceVersion !== resourceVersion)
      this.#seen = { resourceVersion, atMs: elapsedMs() };
    const holder = heldBy(standing);
    if (standing !== undefined && holder !== undefined && holder !== identity) {
      this.#lose();
      const leftMs = this.#seen.atMs + (standing.spec?.leaseDurationSeconds ?? 0) * 1000 - elapsedMs();
      if (leftMs > 0) return leftMs + random() * retryMs * 0.2;
    }
    const { durationMs } = this.#times;
    const terms = { identity, durationMs, now: new Date(), owner: await owner() };
    if (await this.#calls.write(standing, terms, this.#signal())) this.#hold(beganMs);
    return retryMs;
  }

  #hold(beganMs: number): void {
    if (this.#stop.signal.aborted) return;
    this.#heldUntilMs = beganMs + this.#times.renewWithinMs;
    clearTimeout(this.#ending);
    this.#ending = setTimeout(() => this.#lose(), this.#heldUntilMs - this.#options.elapsedMs()).unref();
    this.#tell(true);
  }

  #lose(): void {
    this.#heldUntilMs = Number.NEGATIVE_INFINITY;
    clearTimeout(this.#ending);
    this.#tell(false);
  }

  #tell(holds: boolean): void {
    if (holds === this.#told) return;
    this.#told = holds;
    const { metrics, onChange, log, identity } = this.#options;
    metrics.holds(holds);
    if (holds) log.info({ lease: this.#calls.path, identity }, 'this replica registers from now on');
    else log.info({ lease: this.#calls.path, identity }, 'this replica no longer registers; another one does, or will');
    onChange(holds);
  }

  /** What is not given back ends by itself. */
  async #giveBack(): Promise<void> {
    const { identity, log } = this.#options;
    const signal = AbortSignal.timeout(CALL_WITHIN_MS);
    try {
      const standing = await this.#calls.read(signal);
      if (standing !== undefined && heldBy(standing) === identity) await this.#calls.release(standing, signal);
    } catch (err) {
      log.warn({ err }, 'the Lease could not be given back; another replica takes it when its time is over');
    }
  }

  /** The log tells of a fault that stays once. */
  #failed(err: unknown): void {
    if (this.#stop.signal.aborted || !this.#faults.isNews(err)) return;
    this.#options.log.warn(
      { err, lease: this.#calls.path },
      'cannot take or renew the Lease; trying again until it works',
    );
  }

  #signal(): AbortSignal {
    return AbortSignal.any([this.#stop.signal, AbortSignal.timeout(CALL_WITHIN_MS)]);
  }
}
