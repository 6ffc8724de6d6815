/** Knows the fault that was told last, so that one that stays is logged once and not at every attempt. */
export class ToldOnce {
  #last = '';

  /** Whether this fault is another one than the last; from then on it is the last. */
  isNews(fault: unknown): boolean {
    const text = String(fault);
    const news = text !== this.#last;
    this.#last = text;
    return news;
  }

  /** Something worked: the next fault is news, whatever it is. */
  forget(): void {
    this.#last = '';
  }
}
