import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { digest } from '../core/json/canonical.ts';
import { type ActivePolicy, type PolicySet, samePolicies } from '../core/policy/active-policy.ts';
import type { Source } from '../core/policy/load.ts';
import { Fault } from '../core/problem/faults.ts';
import { type Problem, problemLine } from '../core/problem/problem.ts';
import type { JudgedTexts, Judgement, ReadPolicy } from './policy-judgement.ts';

export interface JudgedPolicyOptions<S extends Source = Source> {
  readonly policy: ReadPolicy<S>;
  /**
   * Makes a policy the one that decides; the previous one does until this resolves. It may reject when a newer one that is good
   * has superseded it.
   * @throws Fault when the policy is refused after all
   */
  readonly use: (policies: PolicySet, superseded: AbortSignal) => Promise<void>;
  /** For how long a changed text has to stand before it is judged. */
  readonly settleMs: number;
  readonly log: Logger;
  readonly metrics: {
    active(policy: ActivePolicy): void;
    reloaded(result: 'renewed' | 'refused'): void;
    stale(stale: boolean): void;
  };
}

/** What the texts say at one moment. */
interface Reading<S extends Source> {
  readonly read: { readonly sources: readonly S[] } | { readonly problems: readonly Problem[] };
  readonly fingerprint: string;
}

/**
 * The judge of a policy that changes while it decides. Each change is judged once: a good one takes effect, a bad one is told with
 * all its problems and leaves the policy before it active.
 */
export class JudgedPolicy<S extends Source = Source> {
  readonly #options: JudgedPolicyOptions<S>;
  #judgement: Judgement<S>;
  #judged: string | undefined;
  /** Of the policy that is being put in force. */
  #superseded: AbortController | undefined;
  #closed = false;

  constructor(options: JudgedPolicyOptions<S>) {
    this.#options = options;
    const { policy, metrics } = options;
    const { active, shadows, sources, leftOut = [] } = policy;
    const inForce = { active, shadows };
    this.#judgement = { inForce, inForceSources: sources, judged: sources, problems: [], leftOut };
    this.#judged = this.#fingerprint(sources);
    this.#tell();
    metrics.stale(false);
    this.#leaveOut(leftOut);
  }

  /** What was made of the texts that were judged last. */
  get judgement(): Judgement<S> {
    return this.#judgement;
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
    if ('problems' in read) {
      this.#refuse(read.problems);
      return;
    }
    const loaded = this.#load(read.sources);
    const { leftOut = [] } = loaded;
    if ('problems' in loaded) this.#refuse(loaded.problems, { judged: read.sources, leftOut });
    else await this.#accept(loaded, { judged: read.sources, leftOut });
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

  async #reading(): Promise<Reading<S>> {
    try {
      const sources = await this.#options.policy.read();
      return { read: { sources }, fingerprint: this.#fingerprint(sources) };
    } catch (error) {
      const problems = error instanceof Fault ? error.problems : [{ path: '', message: String(error) }];
      return { read: { problems }, fingerprint: `not read: ${problems.map(problemLine).join('\n')}` };
    }
  }

  /** A text that the loader itself breaks on is refused like any other; the process goes on. */
  #load(sources: readonly S[]): JudgedTexts {
    try {
      return this.#options.policy.load(sources);
    } catch (error) {
      return { problems: [{ path: '', message: `the policy cannot be judged: ${String(error)}; please report this` }] };
    }
  }

  #refuse(problems: readonly Problem[], judged: Partial<Pick<Judgement<S>, 'judged' | 'leftOut'>> = {}): void {
    const { log, metrics } = this.#options;
    this.#judgement = { ...this.#judgement, ...judged, problems };
    metrics.reloaded('refused');
    metrics.stale(true);
    for (const problem of problems) log.error({ ...problem }, `policy refused: ${problemLine(problem)}`);
    log.error(
      { problems: problems.length, ...this.#facts() },
      'the changed policy is refused and the one before it stays active; mend the places that are named',
    );
  }

  /** What is left out stays so until it is mended; the policy decides without it. */
  #leaveOut(problems: readonly Problem[]): void {
    for (const problem of problems)
      this.#options.log.warn({ ...problem }, `left out of the policy: ${problemLine(problem)}`);
  }

  async #accept(
    { active, shadows }: PolicySet,
    { judged, leftOut }: Pick<Judgement<S>, 'judged' | 'leftOut'>,
  ): Promise<void> {
    const { use, log, metrics } = this.#options;
    const next = active.revision;
    metrics.stale(true);
    log.info({ next, ...this.#facts() }, 'the changed policy is good; putting it in force');
    const superseded = new AbortController();
    this.#superseded = superseded;
    try {
      // equal revisions decide and render alike
      if (!samePolicies({ active, shadows }, this.#judgement.inForce)) {
        // what came while this one was read was not told to anybody
        void this.lookAhead();
        await use({ active, shadows }, superseded.signal);
      }
    } catch (err) {
      if (this.#closed) return;
      if (err instanceof Fault) {
        this.#refuse(err.problems, { judged, leftOut });
        return;
      }
      // so that the next look tries again
      this.#judged = undefined;
      if (superseded.signal.aborted) {
        log.info({ next, ...this.#facts() }, 'a newer policy has come; this one is given up for it');
        return;
      }
      log.error({ err, ...this.#facts() }, 'the changed policy could not be put in force; the one before stays active');
      return;
    } finally {
      this.#superseded = undefined;
    }
    const replaced = this.#judgement.inForce.active.revision;
    this.#judgement = { inForce: { active, shadows }, inForceSources: judged, judged, problems: [], leftOut };
    this.#tell();
    metrics.reloaded('renewed');
    metrics.stale(false);
    log.info({ ...this.#facts(), replaced }, 'policy renewed');
    this.#leaveOut(leftOut);
  }

  /** What is in force, and what of it has come to its end. */
  #tell(): void {
    const { log, metrics } = this.#options;
    const { active, shadows } = this.#judgement.inForce;
    metrics.active(active);
    for (const policy of [active, ...shadows]) tellEnded(policy, log);
  }

  #fingerprint(sources: readonly S[]): string {
    return digest(JSON.stringify([this.#options.policy.today(), ...sources.map(({ file, text }) => [file, text])]));
  }

  #facts(): { readonly policy: string; readonly revision: string } {
    const { name, revision } = this.#judgement.inForce.active;
    return { policy: name, revision };
  }
}

function tellEnded({ name, ended }: ActivePolicy, log: Logger): void {
  for (const { rule, reason, expires } of ended)
    log.warn(
      { policy: name, rule, reason, expires },
      `${rule} of the policy ${name} ended on ${expires} and counts no more; remove it, or give it another day`,
    );
}
