import type { Notice } from './notices.ts';

/** For so long nothing is said twice: as long as the API server keeps an Event unless told otherwise. */
const TOLD_FOR_MS = 3_600_000;

/** So long after a failure it is tried again. */
const TRIED_AGAIN_MS = 1_200_000;

/** So many Events one scan writes at most; the next one goes on. */
const MOST_AT_ONCE = 50;

/** Chooses what one scan tells: of each workload each thing once an hour, and never more than so many. */
export class ToldNotices {
  // until when each is left alone
  readonly #quiet = new Map<string, number>();
  readonly #due = new Map<string, Notice>();
  #heldBack = 0;

  /** Takes what was noticed of a pod. */
  add(notice: Notice, nowMs: number): void {
    const key = keyOf(notice);
    if (this.#due.has(key) || nowMs < (this.#quiet.get(key) ?? Number.NEGATIVE_INFINITY)) return;
    if (this.#due.size < MOST_AT_ONCE) this.#due.set(key, notice);
    else this.#heldBack += 1;
  }

  /** What is to be told now, and of how much more there is no time; begins anew. */
  take(): { readonly notices: readonly Notice[]; readonly heldBack: number } {
    const taken = { notices: [...this.#due.values()], heldBack: this.#heldBack };
    this.#due.clear();
    this.#heldBack = 0;
    return taken;
  }

  /** It was told. */
  told(notice: Notice, nowMs: number): void {
    this.#leave(notice, nowMs, nowMs + TOLD_FOR_MS);
  }

  /** It could not be told, as in a namespace that takes no Events. */
  failed(notice: Notice, nowMs: number): void {
    this.#leave(notice, nowMs, nowMs + TRIED_AGAIN_MS);
  }

  #leave(notice: Notice, nowMs: number, untilMs: number): void {
    this.#quiet.set(keyOf(notice), untilMs);
    for (const [key, until] of this.#quiet) if (nowMs >= until) this.#quiet.delete(key);
  }
}

const keyOf = ({ namespace, owner, code }: Notice): string => JSON.stringify([namespace, owner, code]);
