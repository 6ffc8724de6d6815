import type { Snapshot } from '../core/admission/snapshot.ts';

/** The one place that knows which snapshot is current. A reader takes it once and never sees two states. */
export class SnapshotHolder {
  #current: Snapshot;

  constructor(initial: Snapshot) {
    this.#current = initial;
  }

  get current(): Snapshot {
    return this.#current;
  }

  /** Puts a new snapshot in place: the current one with these parts replaced. */
  replace(parts: Partial<Snapshot>): void {
    this.#current = { ...this.#current, ...parts };
  }
}
