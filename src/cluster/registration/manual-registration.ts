import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { Backoff } from '../backoff.ts';
import { lookWhenTold } from '../look-when-told.ts';
import { RestartingWatch, type RestartingWatchOptions } from '../restarting-watch.ts';
import { ToldOnce } from '../told-once.ts';
import type { KubeTransport } from '../transport.ts';
import { keyOf } from './looked-at.ts';
import { judgeByHand, type StandingObject } from './manual-judgement.ts';
import { ManualObjects } from './manual-objects.ts';
import type { ObjectState, RegistrationMetrics } from './object-state.ts';
import {
  type AppliedObject,
  collectionPath,
  MANAGED_SELECTOR,
  pluralOf,
  REGISTERED_KINDS,
} from './registered-objects.ts';

export interface ManualRegistrationOptions {
  readonly transport: KubeTransport;
  readonly log: Logger;
  readonly metrics: RegistrationMetrics;
  readonly watchMetrics: (resource: string) => RestartingWatchOptions['metrics'];
  readonly now: () => number;
  readonly random: () => number;
  /** Whether this replica writes; the others only tell. */
  readonly mayWrite?: () => boolean;
  readonly recheckMs?: number;
}

// as for objects that Pillion keeps itself: how long a change may go unseen when a watch is lost without a sign
const RECHECK_MS = 300_000;

const TOLD: Partial<Record<ObjectState, string>> = {
  drifted: 'stands otherwise than this policy renders it; apply what `pillion registration render` prints',
  missing: 'does not stand, so what it does is off; apply what `pillion registration render` prints',
  'left-over': 'stands although this policy does not render it; delete it',
};

/**
 * For objects that somebody else applies, from Git: nothing is created, deleted or repaired. Only the `caBundle` of each webhook is
 * kept current, and what stands otherwise than rendered is told.
 */
export class ManualRegistration {
  readonly #options: ManualRegistrationOptions;
  readonly #objects: ManualObjects;
  readonly #stop = new AbortController();
  readonly #states = new Map<
    string,
    { readonly resource: string; readonly name: string; readonly state: ObjectState }
  >();
  readonly #faults = new ToldOnce();
  #watches: readonly RestartingWatch[] | undefined;
  #wanted: readonly AppliedObject[] = [];
  #again = false;
  #looking: Promise<void> | undefined;
  #rechecking: Promise<void> | undefined;

  constructor(options: ManualRegistrationOptions) {
    this.#options = options;
    this.#objects = new ManualObjects(options.transport, this.#stop.signal);
  }

  /** A policy needs nothing of the API server before it takes effect: its objects are applied by somebody else. */
  async prepare(): Promise<void> {}

  /**
   * From now on these are what should stand.
   * @returns true when everything was looked at, however it stands; false after `stop`
   */
  async apply(objects: readonly AppliedObject[]): Promise<boolean> {
    this.#wanted = objects;
    this.#watches ??= REGISTERED_KINDS.map((kind) => this.#watch(kind));
    this.#rechecking ??= this.#recheck();
    await this.lookAgain();
    return !this.#stop.signal.aborted;
  }

  /** Looks at everything; what changes meanwhile is looked at once more. */
  lookAgain(): Promise<void> {
    this.#again = true;
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  /** This process has become the one that writes, or is it no longer. */
  async handedOver(writes: boolean): Promise<void> {
    if (writes && this.#watches !== undefined) await this.lookAgain();
  }

  /** Leaves everything as it stands. */
  async stop(): Promise<void> {
    this.#stop.abort(new Error('the registration was stopped'));
    await Promise.all([...(this.#watches ?? []).map((watch) => watch.stop()), this.#looking, this.#rechecking]);
  }

  async #look(): Promise<void> {
    const retry = new Backoff(this.#options.random);
    while (this.#again && !this.#stop.signal.aborted) {
      this.#again = false;
      try {
        await this.#lookOnce(this.#wanted);
        this.#faults.forget();
        retry.reset();
      } catch (err) {
        if (this.#stop.signal.aborted) return;
        this.#options.metrics.applied('failed');
        if (this.#faults.isNews(err))
          this.#options.log.error({ err }, 'cannot look after what is registered; trying again until it works');
        this.#again = true;
        await this.#pause(retry.nextMs());
      }
    }
  }

  async #lookOnce(wanted: readonly AppliedObject[]): Promise<void> {
    const { metrics, log } = this.#options;
    const seen = new Set<string>();
    const faults: unknown[] = [];
    for (const kind of REGISTERED_KINDS) {
      const standing = await this.#objects.list(kind);
      for (const { name, object, wanted: rendered } of judgeByHand(kind, wanted, standing)) {
        seen.add(keyOf(kind, name));
        if (rendered === undefined) this.#enter(kind, name, 'left-over');
        else if (object === undefined) this.#enter(kind, name, 'missing');
        // one that is refused must not keep the trust of the others from being current
        else await this.#judge(object, rendered).catch((error: unknown) => faults.push(error));
      }
    }
    for (const [key, { resource, name }] of this.#states) {
      if (seen.has(key)) continue;
      this.#states.delete(key);
      metrics.state(resource, name, undefined);
      log.info({ resource, name }, 'stands no longer, and the policy does not render it');
    }
    if (faults.length > 0) throw faults[0];
  }

  async #judge(object: StandingObject, rendered: AppliedObject): Promise<void> {
    const { mayWrite = () => true } = this.#options;
    const current = mayWrite() ? await this.#trusted(object, rendered) : object;
    const differs = await this.#objects.differs(current, rendered);
    this.#enter(rendered.kind, rendered.metadata.name, differs ? 'drifted' : 'kept');
  }

  /** The object with the caBundle of each hook as it has to be. */
  async #trusted(object: StandingObject, rendered: AppliedObject): Promise<StandingObject> {
    const { metrics, log } = this.#options;
    const updated = await this.#objects.keepTrust(object, rendered);
    if (updated === undefined) return object;
    metrics.applied('applied');
    log.info({ kind: rendered.kind, name: rendered.metadata.name }, 'its caBundle is current again');
    return updated;
  }

  #enter(kind: string, name: string, state: ObjectState): void {
    const { metrics, log } = this.#options;
    const [key, resource] = [keyOf(kind, name), pluralOf(kind)];
    if (this.#states.get(key)?.state === state) return;
    this.#states.set(key, { resource, name, state });
    metrics.state(resource, name, state);
    const told = TOLD[state];
    if (told === undefined) log.info({ kind, name }, 'stands as this policy renders it');
    else log.warn({ kind, name }, told);
  }

  #watch(kind: string): RestartingWatch {
    const { transport, log, watchMetrics, now, random } = this.#options;
    const look = () => void this.lookAgain();
    const watch = new RestartingWatch({
      transport,
      path: collectionPath(kind),
      labelSelector: MANAGED_SELECTOR,
      target: lookWhenTold(look),
      log,
      metrics: watchMetrics(pluralOf(kind)),
      now,
      random,
    });
    watch.start();
    return watch;
  }

  async #recheck(): Promise<void> {
    const { random, recheckMs = RECHECK_MS } = this.#options;
    while (!this.#stop.signal.aborted) {
      await this.#pause(recheckMs * (0.75 + random() / 2));
      await this.lookAgain();
    }
  }

  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#stop.signal, ref: false }).catch(() => {});
  }
}
