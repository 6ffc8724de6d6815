/** Where the memory of a process ends, and how much of it is taken; in megabytes. */
export interface MemoryUse {
  /** Undefined where nothing bounds it. */
  readonly limit: number | undefined;
  readonly taken: () => number;
}

const MEGABYTE = 1024 * 1024;

/** What the container of this process allows, and what it takes. */
export function containerMemory(): MemoryUse {
  const limit = process.constrainedMemory() / MEGABYTE;
  // without a limit it is 0 or more than there can be
  const isBounded = limit > 0 && limit < MOST_MEGABYTES;
  return { limit: isBounded ? limit : undefined, taken: () => process.memoryUsage.rss() / MEGABYTE };
}

const MOST_MEGABYTES = 1024 * 1024;
// of the program in a thread, beside its heap: 84 measured, and what is young
const THREAD_MEGABYTES = 100;
// reviews go on meanwhile
const FOR_REVIEWS_MEGABYTES = 32;
// a text of 150 kB is read and tried with less
const LEAST_HEAP_MEGABYTES = 48;

/** Something does not fit into the memory that there is. */
export class NoRoom extends Error {}

/** Shares out memory to threads, so that all of them together end before the container does. */
export class MemoryRoom {
  readonly #use: MemoryUse;
  #promised = 0;
  #own = 0;

  constructor(use: MemoryUse) {
    this.#use = use;
  }

  /**
   * Promises a heap to a thread.
   * @param most in megabytes; it is less where there is less
   * @param threadsBeside for how many others of the least size room is left
   * @returns the size of the heap, and what to call when the thread has ended
   * @throws NoRoom
   */
  take(most: number, threadsBeside: number): { readonly heap: number; readonly giveBack: () => void } {
    const { limit, taken } = this.#use;
    // what threads take is counted as promised, whether they take it yet or not
    this.#own = this.#promised === 0 ? taken() : Math.max(this.#own, taken() - this.#promised);
    const beside = threadsBeside * (THREAD_MEGABYTES + LEAST_HEAP_MEGABYTES);
    const free = (limit ?? Number.POSITIVE_INFINITY) - this.#own - this.#promised - FOR_REVIEWS_MEGABYTES - beside;
    const heap = Math.floor(Math.min(most, free - THREAD_MEGABYTES));
    if (heap < LEAST_HEAP_MEGABYTES)
      throw new NoRoom(
        `it takes more memory than this server has beside reviews (its limit is ${Math.floor(limit ?? 0)} MB)`,
      );
    const promised = heap + THREAD_MEGABYTES;
    this.#promised += promised;
    return {
      heap,
      giveBack: () => {
        this.#promised -= promised;
      },
    };
  }
}
