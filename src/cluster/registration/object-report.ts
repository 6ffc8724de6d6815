import type { Logger } from 'pino';
import type { ObjectMetadata } from '../object-metadata.ts';
import { ToldOnce } from '../told-once.ts';
import { changedBy } from './changed-by.ts';
import type { ObjectState, RegistrationMetrics } from './object-state.ts';
import { type AppliedObject, pluralOf } from './registered-objects.ts';

const DELETED = 'was deleted by hand and is not put back, so that what it does is off (break-glass)';
const OTHER = 'another Pillion, with another policy, has registered this object; it is left as it stands';
const OTHER_OF_INSTALLATION =
  'the replica that registers renders this object otherwise, by another policy or version; it is left as it stands';

export interface ObjectReportOptions {
  readonly log: Logger;
  readonly metrics: RegistrationMetrics;
  /** What registers a deleted object again, as a sentence. */
  readonly wayBack: string;
  /** Whether several replicas register together, one at a time. */
  readonly isShared: boolean;
}

/** What log and metrics say about one object of the registration. */
export class ObjectReport {
  readonly #options: ObjectReportOptions;
  readonly #faults = new ToldOnce();
  readonly #facts: { readonly kind: string; readonly name: string };
  readonly #series: readonly [resource: string, name: string];
  #state: ObjectState | undefined;

  constructor({ kind, metadata }: AppliedObject, options: ObjectReportOptions) {
    this.#options = options;
    this.#facts = { kind, name: metadata.name };
    this.#series = [pluralOf(kind), metadata.name];
  }

  get state(): ObjectState | undefined {
    return this.#state;
  }

  /** It is in this state now. */
  enter(state: ObjectState): void {
    if (state === this.#state) return;
    this.#state = state;
    const { log, metrics, wayBack, isShared } = this.#options;
    metrics.state(...this.#series, state);
    if (state === 'deleted-by-hand') log.warn(this.#facts, `${DELETED}; ${wayBack}`);
    if (state === 'other') log.info(this.#facts, isShared ? OTHER_OF_INSTALLATION : OTHER);
  }

  /** It is no longer ours to keep. */
  end(): void {
    this.#state = undefined;
    this.#options.metrics.state(...this.#series, undefined);
  }

  /** It was applied. */
  applied(): void {
    const { log, metrics } = this.#options;
    metrics.applied('applied');
    log.info(this.#facts, 'registered with the API server');
  }

  /** It was put back; before that it was like this. */
  repaired(before: ObjectMetadata): void {
    const { log, metrics } = this.#options;
    metrics.repaired(...this.#series);
    const told = 'was changed by somebody else and is put back; change the policy instead, or end what changes it';
    log.warn({ ...this.#facts, changedBy: changedBy(before) }, told);
  }

  /** The log tells of a fault that stays once, the metrics go on telling. */
  failed(err: unknown, what: 'apply' | 'check'): void {
    const { log, metrics } = this.#options;
    const isApplying = what === 'apply';
    if (isApplying) metrics.applied('failed');
    if (!this.#faults.isNews(`${what} ${err}`)) return;
    const facts = { err, ...this.#facts };
    if (isApplying) log.error(facts, 'cannot register with the API server; trying again until it works');
    else log.warn(facts, 'cannot check what is registered with the API server; trying again until it works');
  }

  /** The next fault is news, whatever it is. */
  worked(): void {
    this.#faults.forget();
  }
}
