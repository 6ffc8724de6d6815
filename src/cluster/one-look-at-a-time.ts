/** Looks at something again whenever asked to, never twice at a time. */
export class OneLookAtATime {
  readonly #look: () => Promise<void>;
  #looking: Promise<void> | undefined;
  #again = false;

  /** `look` never rejects. */
  constructor(look: () => Promise<void>) {
    this.#look = look;
  }

  /** Looks now, or once more when a look is going on; resolves when the newest state has been seen. */
  look(): Promise<void> {
    if (this.#looking) {
      this.#again = true;
      return this.#looking;
    }
    this.#looking = this.#lookUntilSettled().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #lookUntilSettled(): Promise<void> {
    do {
      this.#again = false;
      await this.#look();
    } while (this.#again);
  }
}
