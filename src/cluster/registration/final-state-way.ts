import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { readJson } from '../read-json.ts';
import type { KubeTransport } from '../transport.ts';
import type { KeptObject } from './kept-object.ts';
import {
  asItStands,
  FINAL_STATE_PATH,
  finalStateOf,
  isItself,
  makesWayFor,
  type StandingFinalState,
  wayBetween,
} from './making-way.ts';
import type { AppliedObject, RegisteredObjects } from './registered-objects.ts';

export interface FinalStateWayOptions {
  readonly transport: KubeTransport;
  readonly registered: RegisteredObjects;
  /** Whether this process registers; when not, it waits for the one that does. */
  readonly mayWrite: () => boolean;
  /** What keeps the final state. */
  readonly kept: (finalState: AppliedObject) => KeptObject;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** Milliseconds of a clock that never runs backwards. */
  readonly elapsedMs: () => number;
  /** How long the API server may go on now with a final state that was changed. */
  readonly readMs: () => number;
}

/**
 * `stands`: the own final state does, or there is none. `follows`: another one stands and is out of the way, so that the own one has
 * yet to follow. `given up`: nobody waits for it any more, and nothing was done.
 */
export type Way = 'stands' | 'follows' | 'given up';

// a new policy waits no longer for an API server that does not take it; one that is busy takes more than 5 s (measured)
const MAKE_WAY_WITHIN_MS = 20_000;

// longer than a Lease lasts, so that there is time for another replica to take it
const FOLLOW_WITHIN_MS = 20_000;
const FOLLOW_EVERY_MS = 100;

/**
 * Keeps the final state out of the way of a policy that changes.
 *
 * Between the policies P and Q a pod meets three things that do not change at one moment: the hooks (which pods are sent to us),
 * the decisions of each replica, and the final state, which the API server reads once a second. The order that loses nothing:
 * 1. The replica that registers applies a final state that refuses only what both refuse. Every replica, that one too, sees it stand
 *    and waits until the API server must have read it. Until then all decide by P.
 * 2. Each decides by Q, whenever it gets there.
 * 3. The one that registers waits once more, so that all have; then come the hooks of Q, and after another wait its final state.
 *
 * What can happen to a pod in between, when replicas and hooks are by P or Q in any mixture:
 * - Both inject it: both hooks send it, so it is injected by whichever answers, in the shape of P or of Q, and both shapes pass.
 * - Only Q does (widening): it stays bare when the hook is by P or the answer is; the final state lets it, since P does not refuse it.
 * - Only P does (narrowing): likewise, since Q does not refuse it.
 * - Neither does: no answer touches it, and each of the three final states leaves it alone.
 * So the hooks may change at any time while the final state refuses only what both do; only its own narrowing at the end has an order,
 * behind everything else. What `overrides` refuses, the decision of the same policy refuses too, so that needs no way.
 */
export class FinalStateWay {
  readonly #options: FinalStateWayOptions;

  constructor(options: FinalStateWayOptions) {
    this.#options = options;
  }

  /**
   * Waits until nothing is refused that the policy of these objects leaves alone.
   * @param until may be aborted for as long as no way is made
   */
  async make(objects: readonly AppliedObject[], until: AbortSignal): Promise<Way> {
    const { mayWrite, elapsedMs, log, signal, readMs } = this.#options;
    const wanted = finalStateOf(objects);
    const endMs = elapsedMs() + FOLLOW_WITHIN_MS;
    for (;;) {
      const standing = await this.#standing();
      if (signal.aborted || until.aborted) return 'given up';
      if (standing === undefined || isItself(standing, wanted)) return 'stands';
      if (mayWrite()) {
        const applied = await this.#apply(standing, objects, until);
        if (applied !== 'follows') return applied === 'failed' ? 'follows' : applied;
        break;
      }
      if (makesWayFor(standing, wanted)) break;
      if (elapsedMs() > endMs) {
        log.warn('no replica has made way for the changed policy; pods may be refused until one registers it');
        return 'follows';
      }
      await this.#pause(FOLLOW_EVERY_MS);
    }
    await this.#pause(readMs());
    return 'follows';
  }

  async #standing(): Promise<StandingFinalState | undefined> {
    const { transport, signal, log } = this.#options;
    try {
      return await readJson<StandingFinalState>(transport, FINAL_STATE_PATH, signal);
    } catch (err) {
      if (!signal.aborted) log.warn({ err }, CANNOT);
      return undefined;
    }
  }

  async #apply(
    standing: StandingFinalState,
    objects: readonly AppliedObject[],
    until: AbortSignal,
  ): Promise<'follows' | 'given up' | 'failed'> {
    const { registered, kept, log } = this.#options;
    try {
      const ready = makesWayFor(standing, finalStateOf(objects));
      const between = ready ? asItStands(standing) : wayBetween(standing, objects);
      if (between === undefined) return 'failed';
      if (!ready) await registered.tryOut(between);
      if (until.aborted) return 'given up';
      const finalState = kept(between);
      // an earlier change may have its own on the way, which would take the place of what stands
      if (ready && finalState.wantsOnly(standing.metadata)) return 'follows';
      const stands = await Promise.race([finalState.want(between), this.#pause(MAKE_WAY_WITHIN_MS)]);
      if (stands === true) return 'follows';
      log.warn(CANNOT);
      return 'failed';
    } catch (err) {
      log.warn({ err }, CANNOT);
      return 'failed';
    }
  }

  /** Waits, at most until the registration is stopped. */
  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#options.signal, ref: false }).catch(() => {});
  }
}

const CANNOT = 'pods may be refused for a second while the policy changes';
