import type { RecordFacts } from './record-facts.ts';
import { type JoinedStory, joinedStories, type PodStory } from './stories.ts';

/** How many records of pods, and beside them of workloads, are held while others that belong to them may follow. */
const MOST_HELD = 5_000;

/**
 * Joins records of a log of any length into stories. Records of pods are held until they are more than `MOST_HELD`; then the older
 * half of the stories is told. Of workloads the last `MOST_HELD` that were read are held. So the stories of a log with fewer records
 * are joined and ordered as a whole; in a longer one, records of one pod that lie farther apart are told as two, and a pod whose workload was applied
 * farther before is told without who asked.
 */
export class StoryWindow<R extends RecordFacts> {
  readonly #most: number;
  #pods: R[] = [];
  #workloads: R[] = [];
  // how many of the first pods were held when it was asked the last time what is settled
  #before = 0;
  #forgotten = 0;

  constructor(most = MOST_HELD) {
    this.#most = most;
  }

  /** How many records of workloads were let go. */
  get forgotten(): number {
    return this.#forgotten;
  }

  /** Takes a record; those of other hooks tell nothing of a pod. Returns stories that are told now, oldest first. */
  add(record: R): readonly PodStory<R>[] {
    if (record.dryRun) return [];
    if (record.hook === 'workloads') this.#addWorkload(record);
    if (record.hook !== 'inject' && record.hook !== 'warn') return [];
    this.#pods.push(record);
    return this.#pods.length > this.#most ? this.#olderHalf() : [];
  }

  /** The stories of which nothing came since it was asked before: of a log that is followed. */
  settled(): readonly PodStory<R>[] {
    const known = new Set(this.#pods.slice(0, this.#before));
    const told =
      known.size === 0 ? [] : this.#joined().filter(({ records }) => records.every((each) => known.has(each)));
    const gone = new Set(told.flatMap(({ records }) => records));
    this.#pods = this.#pods.filter((record) => !gone.has(record));
    this.#before = this.#pods.length;
    return told.map(({ story }) => story);
  }

  /** What is held of pods is told, oldest first. */
  end(): readonly PodStory<R>[] {
    const told = this.#joined();
    this.#pods = [];
    return told.map(({ story }) => story);
  }

  #joined = (): readonly JoinedStory<R>[] => joinedStories([...this.#pods, ...this.#workloads]);

  #olderHalf(): readonly PodStory<R>[] {
    const joined = this.#joined();
    const half = Math.ceil(joined.length / 2);
    // what made no story, such as a second record of the same review, is let go
    this.#pods = joined.slice(half).flatMap(({ records }) => records);
    this.#before = 0;
    return joined.slice(0, half).map(({ story }) => story);
  }

  #addWorkload(record: R): void {
    if (record.workload?.uid === undefined) return;
    this.#workloads.push(record);
    if (this.#workloads.length <= this.#most) return;
    const half = this.#workloads.length >> 1;
    this.#forgotten += half;
    this.#workloads = this.#workloads.slice(half);
  }
}
