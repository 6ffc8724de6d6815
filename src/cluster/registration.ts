import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { Fault } from '../core/problem/faults.ts';
import { finalStateBetween } from '../core/registration/final-state-between.ts';
import { Backoff } from './backoff.ts';
import { KeptObject } from './registration/kept-object.ts';
import { keyOf, lookedAt } from './registration/looked-at.ts';
import type { RegistrationMetrics } from './registration/object-state.ts';
import { objectionsTo } from './registration/objections.ts';
import {
  type AppliedObject,
  collectionPath,
  MANAGED_SELECTOR,
  pluralOf,
  REGISTERED_KINDS,
  RegisteredObjects,
} from './registration/registered-objects.ts';
import { RepairPace } from './registration/repair-pace.ts';
import { deleteRetired } from './registration/retired-objects.ts';
import { RestartingWatch, type RestartingWatchOptions } from './restarting-watch.ts';
import type { KubeTransport } from './transport.ts';

export interface RegistrationOptions {
  readonly transport: KubeTransport;
  readonly log: Logger;
  readonly metrics: RegistrationMetrics;
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
  /** How long the API server may go on with an in-tree policy that was changed. */
  readonly policiesReadMs?: number;
}

// a watch can be lost without a sign; 5 minutes is how long a change by hand may then go unseen
const RECHECK_MS = 300_000;

// the API server reads changed in-tree policies once a second (policyRefreshInterval of k8s.io/apiserver)
const POLICIES_READ_MS = 1_500;

// so long for making way; a new policy waits no longer for an API server that does not answer
const MAKE_WAY_WITHIN_MS = 5_000;

// two controllers that undo each other's changes: soon one apply in five minutes
const REPAIR_PAUSES = { baseMs: 2_000, capMs: 300_000 };

/**
 * Keeps the API server's configuration equal to what was rendered last. The server owns these objects whole, so it applies by
 * force, and repairs what others change; an object that somebody deletes stays deleted while the process runs.
 */
export class Registration {
  readonly #options: RegistrationOptions;
  readonly #registered: RegisteredObjects;
  readonly #stop = new AbortController();
  readonly #kept = new Map<string, KeptObject>();
  readonly #watches = new Map<string, RestartingWatch>();
  #turn = new AbortController();
  #applied: readonly AppliedObject[] = [];
  #removing: Promise<unknown> = Promise.resolve();
  #rechecking: Promise<void> | undefined;

  constructor(options: RegistrationOptions) {
    this.#options = options;
    this.#registered = new RegisteredObjects(options.transport, this.#stop.signal);
  }

  /**
   * Makes the API server ready for a policy that takes effect next and whose objects these are: one that it would not take is
   * refused as a whole, and the final state refuses nothing any more that the new policy leaves alone.
   * @throws Fault PIL002 with what the API server says against the objects
   */
  async prepare(objects: readonly AppliedObject[]): Promise<void> {
    if (this.#applied.length === 0 || objects.length === 0) return;
    const problems = await objectionsTo(objects, this.#registered);
    if (problems.length > 0) throw new Fault('PIL002', problems);
    const between = finalStateBetween(this.#applied, objects);
    if (between === undefined) return;
    try {
      await this.#registered.tryOut(between);
    } catch (err) {
      this.#options.log.warn({ err }, 'pods may be refused for a second while the policy changes');
      return;
    }
    if (await Promise.race([this.#keptFor(between).want(between), this.#pause(MAKE_WAY_WITHIN_MS)]))
      await this.#pause(this.#options.policiesReadMs ?? POLICIES_READ_MS);
  }

  /**
   * Applies all objects, each by itself and again until that has worked: one that is refused holds up no other. From then on they
   * are kept. What an earlier call applied and this one does not contain is deleted, of each kind as soon as the wanted objects of
   * that kind stand.
   * @returns true when all stand and nothing else does; false when a later call or `stop` has taken its place
   */
  async apply(objects: readonly AppliedObject[]): Promise<boolean> {
    const until = this.#nextTurn();
    // what an earlier call takes away may be wanted again
    await this.#removing;
    if (until.aborted) return false;
    this.#applied = objects;
    const wanted = objects.map((object) => ({ object, kept: this.#keptFor(object) }));
    this.#removing = this.#forgetAllBut(new Set(wanted.map(({ kept }) => kept)));
    this.#rechecking ??= this.#recheck();
    const ofKinds = REGISTERED_KINDS.map(async (kind) => {
      const ofKind = wanted.filter(({ object }) => object.kind === kind);
      await Promise.all(
        ofKind.map(({ object, kept }) => kept.want(object).then((stands) => stands && this.#watch(kind))),
      );
      await this.#retire(kind, objects, until);
    });
    await Promise.all(ofKinds);
    return !until.aborted;
  }

  /** Gives up what has not been applied yet; what stands stays, and is no longer kept. */
  async stop(): Promise<void> {
    this.#stop.abort(new Error('the registration was stopped'));
    const watches = [...this.#watches.values()].map((watch) => watch.stop());
    const kept = [...this.#kept.values()].map((object) => object.stop());
    await Promise.all([...watches, ...kept, this.#removing, this.#rechecking]);
  }

  /** Ends the turn of an earlier call. */
  #nextTurn(): AbortSignal {
    this.#turn.abort();
    this.#turn = new AbortController();
    return AbortSignal.any([this.#stop.signal, this.#turn.signal]);
  }

  async #retire(kind: string, objects: readonly AppliedObject[], until: AbortSignal): Promise<void> {
    const { log, random, newRetry } = this.#options;
    const retry = newRetry?.() ?? new Backoff(random);
    const retired = deleteRetired(kind, objects, { registered: this.#registered, until, retry, log });
    this.#removing = Promise.all([this.#removing, retired]);
    await retired;
  }

  #keptFor(object: AppliedObject): KeptObject {
    const key = keyOf(object.kind, object.metadata.name);
    const known = this.#kept.get(key);
    if (known !== undefined) return known;
    const { log, metrics, elapsedMs, random, newRetry, newPace } = this.#options;
    const kept = new KeptObject(object, {
      objects: this.#registered,
      log,
      metrics,
      retry: newRetry?.() ?? new Backoff(random),
      pace: new RepairPace(newPace?.() ?? new Backoff(random, REPAIR_PAUSES), elapsedMs),
    });
    this.#kept.set(key, kept);
    return kept;
  }

  async #forgetAllBut(wanted: ReadonlySet<KeptObject>): Promise<void> {
    const others = [...this.#kept].filter(([, kept]) => !wanted.has(kept));
    for (const [key] of others) this.#kept.delete(key);
    await Promise.all(others.map(([, kept]) => kept.stop()));
  }

  /** Follows the objects of a kind, once there are any. */
  #watch(kind: string): void {
    if (this.#watches.has(kind) || this.#stop.signal.aborted) return;
    const { transport, log, watchMetrics, now, random } = this.#options;
    const watch = new RestartingWatch({
      transport,
      path: collectionPath(kind),
      labelSelector: MANAGED_SELECTOR,
      target: lookedAt(kind, this.#kept),
      log,
      metrics: watchMetrics(pluralOf(kind)),
      now,
      random,
    });
    this.#watches.set(kind, watch);
    watch.start();
  }

  async #recheck(): Promise<void> {
    const { random, recheckMs = RECHECK_MS } = this.#options;
    while (!this.#stop.signal.aborted) {
      await this.#pause(recheckMs * (0.75 + random() / 2));
      for (const object of this.#kept.values()) object.lookAgain();
    }
  }

  /** Waits, at most until `stop`. */
  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#stop.signal, ref: false }).catch(() => {});
  }
}
