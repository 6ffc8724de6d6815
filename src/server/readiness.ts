/** The parts that are still awaited. `/readyz` names them; the process is ready when none is left and it is not draining. */
export class Readiness {
  readonly #awaited = new Set<string>();
  readonly #onChange: (part: string, ready: boolean) => void;
  #waiters: (() => void)[] = [];
  #draining = false;

  /** `onChange` is told of each part when it is first expected and when it becomes ready, for the metrics. */
  constructor(onChange: (part: string, ready: boolean) => void = () => {}) {
    this.#onChange = onChange;
  }

  /** Announces a part that must be ready first; call the returned function when it is. */
  expect(part: string): () => void {
    this.#awaited.add(part);
    this.#onChange(part, false);
    return () => {
      if (!this.#awaited.delete(part)) return;
      this.#onChange(part, true);
      if (!this.ready) return;
      const waiters = this.#waiters;
      this.#waiters = [];
      for (const resolve of waiters) resolve();
    };
  }

  /** From now on the process is not ready, whatever its parts say: it is about to stop. */
  drain(): void {
    this.#draining = true;
  }

  get draining(): boolean {
    return this.#draining;
  }

  get missing(): readonly string[] {
    return [...this.#awaited];
  }

  get ready(): boolean {
    return this.#awaited.size === 0 && !this.#draining;
  }

  /** Resolves when nothing is awaited any more; at once when that is so already. */
  whenReady(): Promise<void> {
    return this.ready ? Promise.resolve() : new Promise((resolve) => this.#waiters.push(resolve));
  }
}
