import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { Fault } from '../core/problem/faults.ts';
import { Backoff } from './backoff.ts';
import type { OwnerReference } from './owner-reference.ts';
import { FinalStateWay } from './registration/final-state-way.ts';
import { KeptObjects } from './registration/kept-objects.ts';
import { finalStateOf, isFinalState } from './registration/making-way.ts';
import { type ObjectMemory, processMemory } from './registration/object-memory.ts';
import type { RegistrationMetrics } from './registration/object-state.ts';
import { ObjectWatches } from './registration/object-watches.ts';
import { objectionsTo } from './registration/objections.ts';
import { ReadingTime } from './registration/reading-time.ts';
import { type AppliedObject, REGISTERED_KINDS, RegisteredObjects } from './registration/registered-objects.ts';
import { deleteRetired } from './registration/retired-objects.ts';
import { Turns } from './registration/turns.ts';
import type { RestartingWatchOptions } from './restarting-watch.ts';
import type { KubeTransport } from './transport.ts';

export interface RegistrationOptions {
  readonly transport: KubeTransport;
  readonly log: Logger;
  readonly metrics: RegistrationMetrics;
  /** Whose what is registered is; without it nobody's. */
  readonly owner?: (() => Promise<OwnerReference>) | undefined;
  /** Knows what was registered; without it the process only knows what it registered itself. */
  readonly memory?: ObjectMemory | undefined;
  /**
   * Whether this process is the one of several that writes now; it is asked before each write. Without it the process is thought
   * to be alone.
   */
  readonly mayWrite?: (() => boolean) | undefined;
  /** The metrics of the watch of one kind, by its plural. */
  readonly watchMetrics: (resource: string) => RestartingWatchOptions['metrics'];
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Milliseconds of a clock that never runs backwards. */
  readonly elapsedMs: () => number;
  /** From 0 up to 1. */
  readonly random: () => number;
  /** Pauses between attempts that fail. */
  readonly newRetry?: () => Backoff;
  /** Pauses between the repairs of one object. */
  readonly newPace?: () => Backoff;
  /** How often every object is looked at without being told of a change. */
  readonly recheckMs?: number;
  /** The least time that the API server may go on with an in-tree policy that was changed. */
  readonly policiesReadMs?: number;
}

// a hook that cannot be registered holds the final state up no longer
const HOOKS_WITHIN_MS = 5_000;

// two controllers that undo each other's changes: soon one apply in five minutes
const REPAIR_PAUSES = { baseMs: 2_000, capMs: 300_000 };

/**
 * Keeps the API server's configuration equal to what was rendered last. The server owns these objects whole, so it applies by
 * force, and repairs what others change; an object that somebody
 * deletes stays deleted for as long as `memory` knows of it.
 */
export class Registration {
  readonly #options: RegistrationOptions;
  readonly #registered: RegisteredObjects;
  readonly #memory: ObjectMemory;
  readonly #stop = new AbortController();
  readonly #kept: KeptObjects;
  readonly #watches: ObjectWatches;
  readonly #way: FinalStateWay;
  readonly #turns = new Turns();
  readonly #reading: ReadingTime;
  #applied: readonly AppliedObject[] = [];
  /** The final state of a policy that is about to take effect. */
  #next: string | undefined;
  #removing: Promise<unknown> = Promise.resolve();

  constructor(options: RegistrationOptions) {
    this.#options = options;
    this.#registered = new RegisteredObjects(options.transport, this.#stop.signal, options.owner, options.mayWrite);
    this.#memory = options.memory ?? processMemory();
    this.#reading = new ReadingTime(options.policiesReadMs);
    const { log, metrics, elapsedMs, random, mayWrite } = options;
    this.#kept = new KeptObjects({
      objects: this.#registered,
      log,
      metrics,
      memory: this.#memory,
      mayWrite,
      newRetry: options.newRetry ?? (() => new Backoff(random)),
      newPace: options.newPace ?? (() => new Backoff(random, REPAIR_PAUSES)),
      elapsedMs,
    });
    const { signal } = this.#stop;
    this.#watches = new ObjectWatches({ ...options, kept: this.#kept.all, signal });
    this.#way = new FinalStateWay({
      transport: options.transport,
      registered: this.#registered,
      mayWrite: () => this.#mayWrite,
      kept: (finalState) => this.#kept.of(finalState),
      log: options.log,
      signal,
      elapsedMs: options.elapsedMs,
      readMs: () => this.#reading.ms,
    });
  }

  /**
   * Makes the API server ready for a policy that takes effect next and whose objects these are: one that it would not take is
   * refused as a whole, and the final state refuses nothing any more that the new policy leaves alone.
   * @param superseded is aborted when a newer policy has come, for which the one that registers may make way instead
   * @throws Fault PIL002 with what the API server says against the objects; the reason of `superseded` when it was given up
   */
  async prepare(objects: readonly AppliedObject[], superseded: AbortSignal): Promise<void> {
    if (this.#applied.length === 0 || objects.length === 0) return;
    const { elapsedMs } = this.#options;
    const beganMs = elapsedMs();
    const problems = await objectionsTo(objects, this.#registered);
    this.#reading.checkedIn(elapsedMs() - beganMs);
    if (problems.length > 0) throw new Fault('PIL002', problems);
    // what an earlier change has yet to apply would refuse what this one leaves alone
    this.#turns.next();
    this.#next = finalStateOf(objects);
    const way = await this.#way.make(objects, superseded);
    if (way !== 'given up') return;
    this.#next = undefined;
    superseded.throwIfAborted();
  }

  /**
   * Applies all objects, each by itself and again until that has worked: one that is refused holds up no other. From then on they
   * are kept. What an earlier call applied and this one does not contain is deleted, of each kind as soon as the wanted objects of
   * that kind stand. A process that does not write now only looks how they stand.
   * @returns true when all stand and nothing else does; false when a later call or `stop` has taken its place
   */
  async apply(objects: readonly AppliedObject[]): Promise<boolean> {
    const until = this.#turns.next();
    // what an earlier call takes away may be wanted again
    await this.#removing;
    if (until.aborted) return false;
    this.#applied = objects;
    const wanted = objects.map((object) => ({ object, kept: this.#kept.of(object) }));
    this.#watches.start();
    const comesNext = this.#next === undefined || this.#next === finalStateOf(objects);
    if (comesNext) this.#next = undefined;
    const narrows = comesNext && this.#mayWrite && (await this.#way.make(objects, until)) === 'follows';
    if (until.aborted) return false;
    this.#removing = this.#kept.forgetAllBut(new Set(wanted.map(({ kept }) => kept)));
    const stand = ({ object, kept }: (typeof wanted)[number]) =>
      kept.want(object).then((stands) => void (stands && this.#watches.follow(object.kind)));
    const hooks = new Map(
      wanted.filter(({ object }) => !isFinalState(object)).map((one) => [one.object, stand(one)] as const),
    );
    const finalState = async (one: (typeof wanted)[number]) => {
      if (this.#mayWrite) await Promise.race([Promise.all(hooks.values()), this.#pause(HOOKS_WITHIN_MS)]);
      if (narrows) await this.#pause(this.#reading.ms);
      // between two policies the one that refuses least has to stay
      if (comesNext && !until.aborted) await stand(one);
    };
    const ofKinds = REGISTERED_KINDS.map(async (kind) => {
      const ofKind = wanted.filter(({ object }) => object.kind === kind);
      await Promise.all(ofKind.map((one) => hooks.get(one.object) ?? finalState(one)));
      if (this.#mayWrite) await this.#retire(kind, objects, until);
    });
    await Promise.all(ofKinds);
    return !until.aborted;
  }

  /**
   * This process has become the one that writes, or is it no longer: then what it has not applied yet is left to the other. Whatever
   * stands, the one that writes applies its own.
   */
  async handedOver(writes: boolean): Promise<void> {
    if (this.#stop.signal.aborted || this.#applied.length === 0) return;
    if (writes) await this.apply(this.#applied);
    else {
      this.#turns.next();
      this.lookAgain();
    }
  }

  /** Looks at every object anew: what is remembered of them may have changed. */
  lookAgain(): void {
    this.#watches.lookAgain();
  }

  /** Gives up what has not been applied yet; what stands stays, and is no longer kept. */
  async stop(): Promise<void> {
    this.#stop.abort(new Error('the registration was stopped'));
    this.#turns.end();
    await Promise.all([this.#watches.stopped(), this.#kept.stop(), this.#removing]);
  }

  get #mayWrite(): boolean {
    return this.#options.mayWrite?.() ?? true;
  }

  async #retire(kind: string, objects: readonly AppliedObject[], until: AbortSignal): Promise<void> {
    const { log, random, newRetry } = this.#options;
    const retry = newRetry?.() ?? new Backoff(random);
    const retired = deleteRetired(kind, objects, {
      registered: this.#registered,
      memory: this.#memory,
      until,
      retry,
      log,
    });
    this.#removing = Promise.all([this.#removing, retired]);
    await retired;
  }

  /** Waits, at most until `stop`. */
  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#stop.signal, ref: false }).catch(() => {});
  }
}
