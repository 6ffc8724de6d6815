import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { ApiError } from '../api-error.ts';
import type { Backoff } from '../backoff.ts';
import type { ObjectMetadata } from '../object-metadata.ts';
import { ToldOnce } from '../told-once.ts';
import { changedBy } from './changed-by.ts';
import { digestOn, withDigest } from './content-digest.ts';
import type { ObjectState, RegistrationMetrics } from './object-state.ts';
import { type AppliedObject, pluralOf, type RegisteredObjects } from './registered-objects.ts';
import type { RepairPace } from './repair-pace.ts';

export interface KeptObjectOptions {
  readonly objects: RegisteredObjects;
  readonly log: Logger;
  readonly metrics: RegistrationMetrics;
  /** Pauses between attempts that fail. */
  readonly retry: Backoff;
  readonly pace: RepairPace;
}

interface Wanted {
  readonly object: AppliedObject;
  readonly digest: string;
  readonly settle: (stands: boolean) => void;
  pending: boolean;
}

const DELETED =
  'was deleted, by hand or by another Pillion whose policy does without it, and is not put back while this process runs, ' +
  'so that what it does is off (break-glass); restart Pillion to register it again';
const VANISHING = 'what stands is being deleted and waits for its finalizers; it is registered anew when it is gone';
const OTHER = 'another Pillion, with another policy, has registered this object; it is left as it stands';

/** One object that is applied, and then kept as it was applied: what it learns is a hint to look, never believed as such. */
export class KeptObject {
  readonly #options: KeptObjectOptions;
  readonly #stop = new AbortController();
  readonly #faults = new ToldOnce();
  #interrupt = new AbortController();
  #wanted: Wanted;
  /** Which object is meant, and the state of it that ours is, when it is. */
  #standing: { readonly uid?: string | undefined; readonly resourceVersion?: string | undefined } = {};
  #state: ObjectState | undefined;
  #suspect = false;
  #working = false;
  #run: Promise<void> = Promise.resolve();

  constructor(first: AppliedObject, options: KeptObjectOptions) {
    this.#options = options;
    this.#wanted = { ...withDigest(first), settle: () => {}, pending: false };
    this.#enter('awaited');
  }

  /**
   * Applies this content, again until that has worked.
   * @returns true when it stands, or the object was deleted by hand; false when a later call or `stop` has taken its place
   */
  want(object: AppliedObject): Promise<boolean> {
    return new Promise((resolve) => {
      this.#wanted.settle(false);
      this.#wanted = { ...withDigest(object), settle: resolve, pending: true };
      this.#interrupt.abort();
      this.#wake();
    });
  }

  /** Something may have happened to the object; `seen` is what a watch said of it. */
  lookAgain(seen?: ObjectMetadata): void {
    const { uid, resourceVersion } = this.#standing;
    if (this.#state === 'kept' && seen?.uid === uid && seen?.resourceVersion === resourceVersion) return;
    this.#suspect = true;
    this.#wake();
  }

  /** Leaves the object as it stands, from now on for good. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#wanted.settle(false);
    this.#options.metrics.state(...this.#series(), undefined);
    await this.#run;
  }

  #wake(): void {
    if (!this.#working) this.#run = this.#work();
  }

  async #work(): Promise<void> {
    this.#working = true;
    while (!this.#stop.signal.aborted && (this.#wanted.pending || this.#suspect)) {
      this.#interrupt = new AbortController();
      try {
        if (this.#wanted.pending) await this.#apply(this.#wanted);
        else await this.#inspect();
        this.#options.retry.reset();
        this.#faults.forget();
      } catch (err) {
        if (this.#stop.signal.aborted) break;
        this.#failed(err);
        await this.#pause(this.#options.retry.nextMs());
      }
    }
    this.#working = false;
  }

  async #apply(wanted: Wanted): Promise<void> {
    const { objects, metrics, log } = this.#options;
    try {
      const applied = await objects.apply(wanted.object, this.#standing.uid);
      // a deletion that was asked for before this process began is nobody's answer to it
      if (this.#standing.uid === undefined && applied.deletionTimestamp !== undefined) throw new Error(VANISHING);
      this.#standing = applied;
      metrics.applied('applied');
      this.#enter('kept');
      log.info(this.#facts(), 'registered with the API server');
    } catch (error) {
      const current = await this.#replaced(error);
      if (current === 'same') throw error;
      if (current === undefined) this.#enter('deleted');
      // deleted and made anew by somebody: the new one is applied to
      else this.#standing = { uid: current.uid };
      if (current !== undefined) return;
    }
    wanted.pending = false;
    wanted.settle(true);
  }

  /** After a refused apply: what stands there now when that is another object than ours was, undefined when nothing does. */
  async #replaced(error: unknown): Promise<ObjectMetadata | undefined | 'same'> {
    const { uid } = this.#standing;
    const refused = error instanceof ApiError && (error.status === 409 || error.status === 422);
    if (!refused || uid === undefined) return 'same';
    const current = await this.#options.objects.read(this.#wanted.object);
    return current?.uid === uid ? 'same' : current;
  }

  async #inspect(): Promise<void> {
    const { objects, pace } = this.#options;
    this.#suspect = false;
    const { object, digest } = this.#wanted;
    try {
      const current = await objects.read(object);
      if (current === undefined) return this.#enter('deleted');
      const { uid, resourceVersion } = this.#standing;
      if (current.uid === uid && current.resourceVersion === resourceVersion) return this.#enter('kept');
      const standing = digestOn(current);
      if (standing !== undefined && standing !== digest) {
        this.#standing = { uid: current.uid };
        return this.#enter('other');
      }
      const waitMs = pace.waitMs();
      if (waitMs === 0) return await this.#repair(current);
      await this.#pause(waitMs);
      this.#suspect = true;
    } catch (error) {
      this.#suspect = true;
      throw error;
    }
  }

  async #repair(current: ObjectMetadata): Promise<void> {
    const { objects, pace, metrics, log } = this.#options;
    this.#standing = await objects.apply(this.#wanted.object, current.uid);
    this.#enter('kept');
    // the change was none of what is ours, or another replica was faster
    if (this.#standing.resourceVersion === current.resourceVersion) return;
    pace.repaired();
    metrics.repaired(...this.#series());
    const facts = { ...this.#facts(), changedBy: changedBy(current) };
    log.warn(facts, 'was changed by somebody else and is put back; change the policy instead, or end what changes it');
  }

  #enter(state: ObjectState): void {
    if (state === this.#state || this.#stop.signal.aborted) return;
    this.#state = state;
    this.#options.metrics.state(...this.#series(), state);
    if (state === 'deleted') this.#options.log.warn(this.#facts(), DELETED);
    if (state === 'other') this.#options.log.info(this.#facts(), OTHER);
  }

  /** The log tells of a fault that stays once, the metrics go on telling. */
  #failed(err: unknown): void {
    const { log, metrics } = this.#options;
    const { pending } = this.#wanted;
    if (pending) {
      metrics.applied('failed');
      // what stands, if anything, is not what is wanted
      if (this.#state !== 'deleted') this.#enter('awaited');
    }
    if (!this.#faults.isNews(`${pending} ${err}`)) return;
    const facts = { err, ...this.#facts() };
    if (pending) log.error(facts, 'cannot register with the API server; trying again until it works');
    else log.warn(facts, 'cannot check what is registered with the API server; trying again until it works');
  }

  #facts(): { readonly kind: string; readonly name: string } {
    const { kind, metadata } = this.#wanted.object;
    return { kind, name: metadata.name };
  }

  #series(): [resource: string, name: string] {
    const { kind, metadata } = this.#wanted.object;
    return [pluralOf(kind), metadata.name];
  }

  /** Waits, at most until something else is wanted. */
  async #pause(ms: number): Promise<void> {
    const signal = AbortSignal.any([this.#stop.signal, this.#interrupt.signal]);
    await sleep(ms, undefined, { signal }).catch(() => {});
  }
}
