import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { ApiError } from './api-error.ts';
import { Backoff } from './backoff.ts';
import type { ObjectMetadata } from './object-metadata.ts';
import { pagedList } from './paged-list.ts';
import type { KubeTransport } from './transport.ts';
import { GarbledWatch, SilentWatch, watchEvents } from './watch-events.ts';

/** Takes what a watch learns. */
export interface WatchTarget {
  /** A list begins; `complete` makes it the whole truth: what was not added no longer exists. */
  beginList(): { add(object: ObjectMetadata): void; complete(): void };
  put(object: ObjectMetadata): void;
  remove(object: ObjectMetadata): void;
}

export type RestartCause = 'ended' | 'gone' | 'garbage' | 'silent' | 'status' | 'network';

export interface RestartingWatchOptions {
  readonly transport: KubeTransport;
  /** Such as `/api/v1/namespaces`. */
  readonly path: string;
  /** Without it everything is watched. */
  readonly labelSelector?: string;
  /** Such as `metadata.name=NAME`. */
  readonly fieldSelector?: string;
  readonly target: WatchTarget;
  readonly log: Logger;
  readonly metrics: { contact(atMs: number): void; restarted(cause: RestartCause): void; listed(): void };
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** From 0 up to 1. */
  readonly random: () => number;
  readonly silenceMs?: number;
  readonly backoff?: Backoff;
}

// the API server sends a bookmark about once a minute (bookmarkFrequency in k8s.io/apiserver's cacher): three in a row are missing
const SILENCE_MS = 180_000;

// as client-go's reflector: 5 to 10 minutes, so that replicas do not reconnect together
const MIN_TIMEOUT_SECONDS = 300;

/** A list and watch that goes on until it is stopped, whatever the API server or the network does. */
export class RestartingWatch {
  readonly #options: RestartingWatchOptions;
  readonly #backoff: Backoff;
  readonly #stop = new AbortController();
  #resourceVersion: string | undefined;
  #running: Promise<void> | undefined;
  #relist = new AbortController();
  #relistAwaited: PromiseWithResolvers<void>[] = [];

  constructor(options: RestartingWatchOptions) {
    this.#options = options;
    this.#backoff = options.backoff ?? new Backoff(options.random);
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Ends the watch for good; resolves when nothing of it is left. */
  async stop(): Promise<void> {
    this.#stop.abort(new Error('the watch was stopped'));
    await this.#running;
    for (const { reject } of this.#relistAwaited.splice(0)) reject(this.#stop.signal.reason);
  }

  /**
   * Lists again now, whatever is known.
   * @returns when a list that began after this call is complete, however long that takes
   * @throws Error when the watch is stopped first
   */
  relist(): Promise<void> {
    const awaited = Promise.withResolvers<void>();
    if (this.#stop.signal.aborted) awaited.reject(this.#stop.signal.reason);
    else this.#relistAwaited.push(awaited);
    this.#relist.abort(new Error('everything is listed again'));
    return awaited.promise;
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      if (this.#relist.signal.aborted) {
        this.#relist = new AbortController();
        this.#resourceVersion = undefined;
      }
      const signal = AbortSignal.any([this.#stop.signal, this.#relist.signal]);
      const fault = await this.#once(signal).catch((error: unknown) => error ?? new Error('unknown'));
      if (signal.aborted) continue;
      const cause = restartCause(fault);
      this.#options.metrics.restarted(cause);
      // from the same position the same garbage would come again
      if (cause === 'gone' || cause === 'garbage') this.#resourceVersion = undefined;
      const pauseMs = this.#backoff.nextMs();
      this.#report(cause, fault, pauseMs);
      await sleep(pauseMs, undefined, { signal }).catch(() => {});
    }
  }

  /** Lists unless the position is known, then follows one watch to its end. */
  async #once(signal: AbortSignal): Promise<void> {
    const { transport, path, labelSelector, fieldSelector, random, silenceMs = SILENCE_MS } = this.#options;
    this.#resourceVersion ??= await this.#list(signal);
    const timeoutSeconds = Math.round(MIN_TIMEOUT_SECONDS * (1 + random()));
    const events = watchEvents(transport, {
      path,
      labelSelector,
      fieldSelector,
      resourceVersion: this.#resourceVersion,
      timeoutSeconds,
      silenceMs,
      signal,
    });
    for await (const event of events) {
      // not after a list: where lists work and watches do not, the pauses between the lists have to grow
      this.#backoff.reset();
      this.#contact();
      if (event.type === 'DELETED') this.#options.target.remove(event.object);
      else if (event.type !== 'BOOKMARK') this.#options.target.put(event.object);
      this.#resourceVersion = event.object.resourceVersion ?? this.#resourceVersion;
    }
  }

  async #list(until: AbortSignal): Promise<string> {
    const { transport, path, labelSelector, fieldSelector, target, metrics, silenceMs = SILENCE_MS } = this.#options;
    const list = target.beginList();
    const signal = AbortSignal.any([until, AbortSignal.timeout(silenceMs)]);
    const visit = (object: ObjectMetadata) => list.add(object);
    const resourceVersion = await pagedList(transport, path, signal, visit, { labelSelector, fieldSelector });
    until.throwIfAborted();
    list.complete();
    for (const { resolve } of this.#relistAwaited.splice(0)) resolve();
    metrics.listed();
    this.#contact();
    return resourceVersion;
  }

  #contact(): void {
    this.#options.metrics.contact(this.#options.now());
  }

  #report(cause: RestartCause, fault: unknown, pauseMs: number): void {
    const { log, path } = this.#options;
    const facts = { path, cause, pauseMs: Math.round(pauseMs) };
    if (cause === 'ended') log.debug(facts, 'the watch ended as usual and goes on');
    else log.warn({ ...facts, err: fault }, 'the watch failed and is started again; what it last knew stays in use');
  }
}

function restartCause(fault: unknown): RestartCause {
  if (fault === undefined) return 'ended';
  if (fault instanceof ApiError) return fault.status === 410 ? 'gone' : 'status';
  if (fault instanceof SilentWatch || (fault instanceof Error && fault.name === 'TimeoutError')) return 'silent';
  if (fault instanceof GarbledWatch || fault instanceof SyntaxError) return 'garbage';
  return 'network';
}
