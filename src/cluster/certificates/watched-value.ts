/** A value that changes now and then, and those who want to know. */
export class WatchedValue<T> {
  readonly #listeners = new Set<(value: T) => void>();
  #current: T | undefined;

  get current(): T | undefined {
    return this.#current;
  }

  /** Puts a value in place and tells everybody. */
  set(value: T): void {
    this.#current = value;
    for (const listener of this.#listeners) listener(value);
  }

  /** Calls `listener` with each later value; returns a function that ends that. */
  onSet(listener: (value: T) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}
