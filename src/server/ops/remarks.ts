/** What somebody should know about a process although it is ready; `/readyz` lists it below its answer. */
export class Remarks {
  readonly #sentences = new Map<string, string>();

  /** Says this about a topic from now on, in place of what was said; undefined: nothing more. */
  say(topic: string, sentence: string | undefined): void {
    if (sentence === undefined) this.#sentences.delete(topic);
    else this.#sentences.set(topic, sentence);
  }

  get lines(): readonly string[] {
    return [...this.#sentences.values()];
  }
}
