import { setTimeout as sleep } from 'node:timers/promises';
import { RestartingWatch, type RestartingWatchOptions } from '../restarting-watch.ts';
import type { KeptObject } from './kept-object.ts';
import { lookedAt } from './looked-at.ts';
import { collectionPath, MANAGED_SELECTOR, pluralOf } from './registered-objects.ts';

export interface ObjectWatchesOptions extends Pick<RestartingWatchOptions, 'transport' | 'log' | 'now' | 'random'> {
  /** The objects that are looked at, by their keys. */
  readonly kept: ReadonlyMap<string, KeptObject>;
  /** The metrics of the watch of one kind, by its plural. */
  readonly watchMetrics: (resource: string) => RestartingWatchOptions['metrics'];
  /** How often every object is looked at without being told of a change. */
  readonly recheckMs?: number | undefined;
  readonly signal: AbortSignal;
}

// a watch can be lost without a sign; 5 minutes is how long a change by hand may then go unseen
const RECHECK_MS = 300_000;

/** Has kept objects looked at: whenever a watch of their kind tells of them, and now and then. */
export class ObjectWatches {
  readonly #options: ObjectWatchesOptions;
  readonly #watches = new Map<string, RestartingWatch>();
  #rechecking: Promise<void> | undefined;

  constructor(options: ObjectWatchesOptions) {
    this.#options = options;
  }

  /** Looks at all of them now and then, from now on. */
  start(): void {
    this.#rechecking ??= this.#recheck();
  }

  /** Follows the objects of a kind as well, once there are any. */
  follow(kind: string): void {
    const { kept, watchMetrics, signal, transport, log, now, random } = this.#options;
    if (this.#watches.has(kind) || signal.aborted) return;
    const watch = new RestartingWatch({
      transport,
      path: collectionPath(kind),
      labelSelector: MANAGED_SELECTOR,
      target: lookedAt(kind, kept),
      log,
      metrics: watchMetrics(pluralOf(kind)),
      now,
      random,
    });
    this.#watches.set(kind, watch);
    watch.start();
  }

  /** Looks at every object now. */
  lookAgain(): void {
    for (const object of this.#options.kept.values()) object.lookAgain();
  }

  /** Resolves when nothing is followed any more; `signal` has to be aborted before. */
  async stopped(): Promise<void> {
    await Promise.all([...[...this.#watches.values()].map((watch) => watch.stop()), this.#rechecking]);
  }

  async #recheck(): Promise<void> {
    const { random, recheckMs = RECHECK_MS, signal } = this.#options;
    while (!signal.aborted) {
      const pauseMs = recheckMs * (0.75 + random() / 2);
      await sleep(pauseMs, undefined, { signal, ref: false }).catch(() => {});
      this.lookAgain();
    }
  }
}
