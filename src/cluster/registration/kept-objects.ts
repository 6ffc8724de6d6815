import type { Backoff } from '../backoff.ts';
import { KeptObject, type KeptObjectOptions } from './kept-object.ts';
import { keyOf } from './looked-at.ts';
import type { AppliedObject } from './registered-objects.ts';
import { RepairPace } from './repair-pace.ts';

export interface KeptObjectsOptions extends Omit<KeptObjectOptions, 'retry' | 'pace'> {
  /** Pauses between attempts that fail. */
  readonly newRetry: () => Backoff;
  /** Pauses between the repairs of one object. */
  readonly newPace: () => Backoff;
  /** Milliseconds of a clock that never runs backwards. */
  readonly elapsedMs: () => number;
}

/** The objects that are kept, each made when it is first wanted. */
export class KeptObjects {
  readonly #options: KeptObjectsOptions;
  readonly #kept = new Map<string, KeptObject>();

  constructor(options: KeptObjectsOptions) {
    this.#options = options;
  }

  /** By their keys. */
  get all(): ReadonlyMap<string, KeptObject> {
    return this.#kept;
  }

  /** What keeps the object of this kind and name. */
  of(object: AppliedObject): KeptObject {
    const key = keyOf(object.kind, object.metadata.name);
    const known = this.#kept.get(key);
    if (known !== undefined) return known;
    const { newRetry, newPace, elapsedMs, ...options } = this.#options;
    const kept = new KeptObject(object, { ...options, retry: newRetry(), pace: new RepairPace(newPace(), elapsedMs) });
    this.#kept.set(key, kept);
    return kept;
  }

  /** Leaves all but these as they stand. */
  async forgetAllBut(wanted: ReadonlySet<KeptObject>): Promise<void> {
    const others = [...this.#kept].filter(([, kept]) => !wanted.has(kept));
    for (const [key] of others) this.#kept.delete(key);
    await Promise.all(others.map(([, kept]) => kept.stop()));
  }

  /** Leaves all as they stand. */
  async stop(): Promise<void> {
    await Promise.all([...this.#kept.values()].map((object) => object.stop()));
  }
}
