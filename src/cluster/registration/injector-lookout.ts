import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { ActivePolicy } from '../../core/policy/active-policy.ts';
import {
  type ForeignConfiguration,
  type InjectorOverlap,
  overlappingInjectors,
} from '../../core/registration/other-injectors.ts';
import { INJECT_CONFIGURATION } from '../../core/registration/pod-hooks.ts';
import { Backoff } from '../backoff.ts';
import { lookWhenTold } from '../look-when-told.ts';
import { readJson } from '../read-json.ts';
import { RestartingWatch, type RestartingWatchOptions } from '../restarting-watch.ts';
import type { KubeTransport } from '../transport.ts';
import { collectionPath, isManaged } from './registered-objects.ts';

export interface InjectorLookoutOptions {
  readonly transport: KubeTransport;
  readonly policy: () => ActivePolicy;
  /** Whether registering waits until no other injector selects the same pods; when not, it is only told. */
  readonly holdsBack: boolean;
  readonly log: Logger;
  readonly metrics: { overlapping(hooks: number): void };
  readonly watchMetrics: RestartingWatchOptions['metrics'];
  readonly now: () => number;
  readonly random: () => number;
  /** Told what to say about it; undefined when there is nothing. */
  readonly onChange: (sentence: string | undefined) => void;
}

/** How the configurations of other injectors that select the same pods stand now. */
interface Seen {
  readonly overlaps: readonly InjectorOverlap[];
  /** Our own hook stands already, so that registering adds no harm. */
  readonly registered: boolean;
}

/** Watches out for Istio's own injector on the pods that Pillion injects: such a pod would get two sidecars. */
export class InjectorLookout {
  readonly #options: InjectorLookoutOptions;
  readonly #watch: RestartingWatch;
  readonly #stop = new AbortController();
  #waiting = Promise.withResolvers<void>();
  #looking: Promise<void> | undefined;
  #again = false;
  #told: string | undefined;

  constructor(options: InjectorLookoutOptions) {
    this.#options = options;
    if (!options.holdsBack) this.#waiting.resolve();
    const look = () => void this.look();
    const { transport, log, watchMetrics, now, random } = options;
    this.#watch = new RestartingWatch({
      transport,
      path: collectionPath('MutatingWebhookConfiguration'),
      target: lookWhenTold(look),
      log,
      metrics: watchMetrics,
      now,
      random,
    });
  }

  start(): void {
    this.#watch.start();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#watch.stop();
    await this.#looking;
  }

  /**
   * Resolves when registering does no harm: no other injector selects the same pods, or ours was registered before. At once where
   * that was asked for nevertheless.
   */
  harmless(): Promise<void> {
    return this.#waiting.promise;
  }

  /** Looks now; what changes meanwhile is looked at once more. */
  look(): Promise<void> {
    this.#again = true;
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #look(): Promise<void> {
    const { transport, log, random } = this.#options;
    const retry = new Backoff(random);
    while (this.#again && !this.#stop.signal.aborted) {
      this.#again = false;
      const path = collectionPath('MutatingWebhookConfiguration');
      try {
        this.#judge(
          await readJson<{ readonly items: readonly ForeignConfiguration[] }>(transport, path, this.#stop.signal),
        );
      } catch (err) {
        if (this.#stop.signal.aborted) return;
        log.warn({ err }, 'cannot look for other injectors; trying again until it works');
        this.#again = true;
        await sleep(retry.nextMs(), undefined, { signal: this.#stop.signal, ref: false }).catch(() => {});
      }
    }
  }

  #judge(list: { readonly items: readonly ForeignConfiguration[] } | undefined): void {
    const { policy, metrics, log, onChange, holdsBack } = this.#options;
    const configurations = list?.items ?? [];
    const { overlaps, registered } = seenIn(configurations, policy());
    metrics.overlapping(overlaps.length);
    if (overlaps.length === 0 || registered) this.#waiting.resolve();
    const sentence = overlaps.length === 0 ? undefined : overlapSentence(overlaps);
    if (sentence === this.#told) return;
    this.#told = sentence;
    onChange(sentence);
    const held = registered ? 'what is registered stays' : 'nothing is registered until that ends';
    const newly = holdsBack ? held : 'that holds back nothing here';
    if (sentence === undefined) log.info('no other injector selects the pods of Pillion any more');
    else log.error({ overlaps }, `${sentence}; ${newly}`);
  }
}

const seenIn = (configurations: readonly ForeignConfiguration[], policy: ActivePolicy): Seen => ({
  overlaps: overlappingInjectors(configurations, policy),
  registered: configurations.some(({ metadata }) => metadata.name === INJECT_CONFIGURATION && isManaged(metadata)),
});

/** What an operator has to know about injectors that select the same pods, and can do. */
export const overlapSentence = (overlaps: readonly InjectorOverlap[]): string =>
  `another injector selects the pods that Pillion injects: ${overlaps.map(({ configuration, hook }) => `${configuration} (${hook})`).join(', ')}; ` +
  'give one of the two another revision or other namespaces, or allow both with --beside-istio-injector';
