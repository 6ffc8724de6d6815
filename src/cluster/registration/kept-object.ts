import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError } from '../api-error.ts';
import type { Backoff } from '../backoff.ts';
import type { ObjectMetadata } from '../object-metadata.ts';
import { digestOn, ofOneRendering, withDigest } from './content-digest.ts';
import type { ObjectMemory } from './object-memory.ts';
import { ObjectReport, type ObjectReportOptions } from './object-report.ts';
import type { ObjectState } from './object-state.ts';
import { type AppliedObject, LeftToAnother, type RegisteredObjects } from './registered-objects.ts';
import type { RepairPace } from './repair-pace.ts';
import type { Wanted } from './wanted.ts';

export interface KeptObjectOptions extends Omit<ObjectReportOptions, 'wayBack' | 'isShared'> {
  readonly objects: RegisteredObjects;
  /** Pauses between attempts that fail. */
  readonly retry: Backoff;
  readonly pace: RepairPace;
  readonly memory: ObjectMemory;
  /** Whether this process is the one of several that writes now; undefined: nobody says who is. */
  readonly mayWrite?: (() => boolean) | undefined;
}

const VANISHING = 'what stands is being deleted and waits for its finalizers; it is registered anew when it is gone';

/** One object that is applied, and then kept as it was applied: what it learns is a hint to look, never believed as such. */
export class KeptObject {
  readonly #options: KeptObjectOptions;
  readonly #stop = new AbortController();
  readonly #report: ObjectReport;
  #interrupt = new AbortController();
  #wanted: Wanted;
  /** Which object is meant, and the state of it that ours is, when it is. */
  #standing: { readonly uid?: string | undefined; readonly resourceVersion?: string | undefined } = {};
  /** What stands was applied by this process, since it is the one that writes. */
  #hasSay = false;
  #suspect = false;
  #working = false;
  #run: Promise<void> = Promise.resolve();

  constructor(first: AppliedObject, options: KeptObjectOptions) {
    this.#options = options;
    this.#report = new ObjectReport(first, {
      ...options,
      wayBack: options.memory.wayBack,
      isShared: options.mayWrite !== undefined,
    });
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

  /** Whether what stands is wanted, and nothing else is on its way. */
  wantsOnly(standing: ObjectMetadata): boolean {
    return !this.#wanted.pending && this.#wanted.digest === digestOn(standing);
  }

  /** Something may have happened to the object; `seen` is what a watch said of it. */
  lookAgain(seen?: ObjectMetadata): void {
    const { uid, resourceVersion } = this.#standing;
    if (this.#report.state === 'kept' && seen?.uid === uid && seen?.resourceVersion === resourceVersion) return;
    this.#suspect = true;
    this.#wake();
  }

  /** Leaves the object as it stands, from now on for good. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#wanted.settle(false);
    this.#report.end();
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
        if (this.#options.mayWrite?.() === false) await this.#follow(this.#wanted);
        else if (this.#wanted.pending) await this.#apply(this.#wanted);
        else await this.#inspect();
        this.#options.retry.reset();
        this.#report.worked();
      } catch (err) {
        if (this.#stop.signal.aborted) break;
        if (!this.#wanted.pending) this.#suspect = true;
        if (err instanceof LeftToAnother) continue;
        this.#failed(err);
        await this.#pause(this.#options.retry.nextMs());
      }
    }
    this.#working = false;
  }

  async #apply(wanted: Wanted): Promise<void> {
    try {
      if (this.#standing.uid === undefined) this.#standing = { uid: await this.#recalled() };
      const applied = await this.#options.objects.apply(wanted.object, this.#standing.uid);
      // a deletion that was asked for before this process began is nobody's answer to it
      if (this.#standing.uid === undefined && applied.deletionTimestamp !== undefined) throw new Error(VANISHING);
      this.#hasSay = true;
      this.#stands(applied);
      this.#report.applied();
    } catch (error) {
      const current = await this.#replaced(error);
      if (current === 'same') throw error;
      // deleted and made anew by somebody: the new one is applied to; deleted and forgotten: it is made anew
      this.#standing = { uid: current?.uid ?? (await this.#recalled()) };
      if (current !== undefined || this.#standing.uid === undefined) return;
      this.#enter('deleted-by-hand');
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

  /** Another process writes: this one only looks how the object stands. */
  async #follow(wanted: Wanted): Promise<void> {
    this.#suspect = false;
    this.#hasSay = false;
    const current = await this.#options.objects.read(wanted.object);
    const digest = current && digestOn(current);
    const isOurs = digest === wanted.digest;
    this.#standing = current && isOurs ? current : { uid: current?.uid ?? (await this.#recalled()) };
    if (current === undefined) this.#enter(this.#standing.uid === undefined ? 'awaited' : 'deleted-by-hand');
    // an authority reaches the replicas one after the other
    else this.#enter(isOurs ? 'kept' : ofOneRendering(digest, wanted.digest) ? 'awaited' : 'other');
    wanted.pending = false;
    wanted.settle(true);
  }

  async #inspect(): Promise<void> {
    const { objects, pace, mayWrite } = this.#options;
    this.#suspect = false;
    const { object, digest } = this.#wanted;
    const current = await objects.read(object);
    const { uid, resourceVersion } = this.#standing;
    if (current === undefined) {
      this.#standing = { uid: await this.#recalled() };
      if (this.#standing.uid !== undefined) return this.#enter('deleted-by-hand');
      this.#wanted.pending = true;
      return;
    }
    if (current.uid === uid && current.resourceVersion === resourceVersion) return this.#stands(current);
    const standing = digestOn(current);
    // others that nobody tells apart would write against each other; and what another wrote before has to wait for its turn
    if (!(mayWrite && this.#hasSay) && standing !== undefined && standing !== digest) {
      this.#standing = { uid: current.uid };
      return this.#enter('other');
    }
    if (pace.waitMs() === 0) return await this.#repair(current);
    await this.#pause(pace.waitMs());
    this.#suspect = true;
  }

  async #repair(current: ObjectMetadata): Promise<void> {
    const { objects, pace } = this.#options;
    this.#stands(await objects.apply(this.#wanted.object, current.uid));
    // the change was none of what is ours, or another replica was faster
    if (this.#standing.resourceVersion === current.resourceVersion) return;
    pace.repaired();
    this.#report.repaired(current);
  }

  #recalled(): Promise<string | undefined> {
    return this.#options.memory.recall(this.#wanted.object.kind, this.#wanted.object.metadata.name);
  }

  /** Ours stands, in this state. */
  #stands(standing: ObjectMetadata): void {
    const { kind, metadata } = this.#wanted.object;
    this.#standing = standing;
    this.#enter('kept');
    if (standing.uid !== undefined) this.#options.memory.remember(kind, metadata.name, standing.uid);
  }

  #enter(state: ObjectState): void {
    if (!this.#stop.signal.aborted) this.#report.enter(state);
  }

  #failed(err: unknown): void {
    const { pending } = this.#wanted;
    // what stands, if anything, is not what is wanted
    if (pending && this.#report.state !== 'deleted-by-hand') this.#enter('awaited');
    this.#report.failed(err, pending ? 'apply' : 'check');
  }

  /** Waits, at most until something else is wanted. */
  async #pause(ms: number): Promise<void> {
    const signal = AbortSignal.any([this.#stop.signal, this.#interrupt.signal]);
    await sleep(ms, undefined, { signal }).catch(() => {});
  }
}
