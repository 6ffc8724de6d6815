import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { digest } from '../core/json/canonical.ts';
import type { ActivePolicy } from '../core/policy/active-policy.ts';
import type { LoadedPolicy, Source } from '../core/policy/load.ts';
import { Fault } from '../core/problem/faults.ts';
import { type Problem, problemLine } from '../core/problem/problem.ts';

/** A policy together with what it was read from and how to read it again. */
export interface ReadPolicy {
  readonly active: ActivePolicy;
  /** The texts that `active` was loaded from. */
  readonly sources: readonly Source[];
  /** @throws Fault when a text cannot be had */
  readonly read: () => Promise<readonly Source[]>;
  readonly load: (sources: readonly Source[]) => LoadedPolicy;
}

export interface JudgedPolicyOptions {
  readonly policy: ReadPolicy;
  /**
   * Makes a policy the one that decides; the previous one does until this resolves. It may reject when a newer one that is good
   * has superseded it.
   * @throws Fault when the policy is refused after all
   */
  readonly use: (policy: ActivePolicy, superseded: AbortSignal) => Promise<void>;
  /** For how long a changed text has to stand before it is judged. */
  readonly settleMs: number;
  readonly log: Logger;
  readonly metrics: {
    active(name: string, revision: string): void;
    reloaded(result: 'renewed' | 'refused'): void;
    stale(stale: boolean): void;
  };
}

/** What the texts say at one moment. */
interface Reading {
  readonly read: { readonly sources: readonly Source[] } | { readonly problems: readonly Problem[] };
  readonly fingerprint: string;
}

/**
 * The judge of a policy that changes while it decides. Each change is judged once: a good one takes effect, a bad one is told with
 * all its problems and leaves the policy before it active.
 */
export class JudgedPolicy {
  readonly #options: JudgedPolicyOptions;
  #active: ActivePolicy;
  #judged: string | undefined;
  /** Of the policy that is being put in force. */
  #superseded: AbortController | undefined;
  #closed = false;

  constructor(options: JudgedPolicyOptions) {
    this.#options = options;
    const { policy, metrics } = options;
    this.#active = policy.active;
    this.#judged = fingerprint(policy.sources);
    metrics.active(policy.active.name, policy.active.revision);
    metrics.stale(false);
  }

  /** From now on nothing new takes effect; the active policy stays. */
  close(): void {
    this.#closed = true;
  }

  /** Reads and judges; it never rejects, and resolves when a good policy is in force. Not to be called twice at a time. */
  async look(): Promise<void> {
    const { settleMs } = this.#options;
    let seen = await this.#reading();
    for (let before = ''; seen.fingerprint !== before; ) {
      if (seen.fingerprint === this.#judged || this.#closed) return;
      before = seen.fingerprint;
      await sleep(settleMs, undefined, { ref: false });
      seen = await this.#reading();
    }
    this.#judged = seen.fingerprint;
    const { read } = seen;
    const loaded = 'problems' in read ? read : this.#load(read.sources);
    if ('problems' in loaded) this.#refuse(loaded.problems);
    else await this.#accept(loaded.active);
  }

  /**
   * To be called for each change, also while a look goes on: a policy that is being put in force is given up when there is a newer
   * one that is good. Another replica may have gone on to that one already, and then nobody makes way for this one. It never rejects.
   */
  async lookAhead(): Promise<void> {
    const superseded = this.#superseded;
    if (superseded === undefined) return;
    const { read, fingerprint } = await this.#reading();
    if (fingerprint === this.#judged || 'problems' in read || 'problems' in this.#load(read.sources)) return;
    superseded.abort(new Error('a newer policy has come'));
  }

  async #reading(): Promise<Reading> {
    try {
      const sources = await this.#options.policy.read();
      return { read: { sources }, fingerprint: fingerprint(sources) };
    } catch (error) {
      const problems = error instanceof Fault ? error.problems : [{ path: '', message: String(error) }];
      return { read: { problems }, fingerprint: `not read: ${problems.map(problemLine).join('\n')}` };
    }
  }

  /** A text that the loader itself breaks on is refused like any other; the process goes on. */
  #load(sources: readonly Source[]): LoadedPolicy {
    try {
      return this.#options.policy.load(sources);
    } catch (error) {
      return { problems: [{ path: '', message: `the policy cannot be judged: ${String(error)}; please report this` }] };
    }
  }

  #refuse(problems: readonly Problem[]): void {
    const { log, metrics } = this.#options;
    metrics.reloaded('refused');
    metrics.stale(true);
    for (const problem of problems) log.error({ ...problem }, `policy refused: ${problemLine(problem)}`);
    log.error(
      { problems: problems.length, ...this.#facts() },
      'the changed policy is refused and the one before it stays active; mend the places that are named',
    );
  }

  async #accept(next: ActivePolicy): Promise<void> {
    const { use, log, metrics } = this.#options;
    metrics.stale(true);
    log.info({ next: next.revision, ...this.#facts() }, 'the changed policy is good; putting it in force');
    const superseded = new AbortController();
    this.#superseded = superseded;
    try {
      // equal revisions decide and render alike
      if (next.revision !== this.#active.revision) await use(next, superseded.signal);
    } catch (err) {
      if (this.#closed) return;
      if (err instanceof Fault) {
        this.#refuse(err.problems);
        return;
      }
      // so that the next look tries again
      this.#judged = undefined;
      if (superseded.signal.aborted) {
        log.info({ next: next.revision, ...this.#facts() }, 'a newer policy has come; this one is given up for it');
        return;
      }
      log.error({ err, ...this.#facts() }, 'the changed policy could not be put in force; the one before stays active');
      return;
    } finally {
      this.#superseded = undefined;
    }
    const replaced = this.#active.revision;
    this.#active = next;
    metrics.active(next.name, next.revision);
    metrics.reloaded('renewed');
    metrics.stale(false);
    log.info({ ...this.#facts(), replaced }, 'policy renewed');
  }

  #facts(): { readonly policy: string; readonly revision: string } {
    return { policy: this.#active.name, revision: this.#active.revision };
  }
}

const fingerprint = (sources: readonly Source[]): string =>
  digest(JSON.stringify(sources.map(({ file, text }) => [file, text])));
