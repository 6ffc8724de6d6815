import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { digest } from '../core/json/canonical.ts';
import type { ActivePolicy } from '../core/policy/active-policy.ts';
import type { LoadedPolicy, Source } from '../core/policy/load.ts';
import { Fault } from '../core/problem/faults.ts';
import { type Problem, problemLine } from '../core/problem/problem.ts';
import { FollowedFiles } from './followed-files.ts';

/** A policy together with what it was read from and how to read it again. */
export interface PolicyFromFiles {
  readonly active: ActivePolicy;
  /** The texts that `active` was loaded from. */
  readonly sources: readonly Source[];
  /** The files to follow; none when everything is built in. */
  readonly files: readonly string[];
  /** @throws Fault when a file cannot be read */
  readonly read: () => Promise<readonly Source[]>;
  readonly load: (sources: readonly Source[]) => LoadedPolicy;
}

export interface PolicyFilesOptions {
  readonly policy: PolicyFromFiles;
  /**
   * Makes a policy the one that decides; the previous one does until this resolves.
   * @throws Fault when the policy is refused after all
   */
  readonly use: (policy: ActivePolicy) => Promise<void>;
  readonly pollMs?: number;
  /** For how long a changed text has to stand before it is judged. */
  readonly settleMs?: number;
  readonly log: Logger;
  readonly metrics: {
    active(name: string, revision: string): void;
    reloaded(result: 'renewed' | 'refused'): void;
    stale(stale: boolean): void;
  };
}

// a text that is half written can be a valid one, with the built-in values in place of the half that is missing
const SETTLE_MS = 250;

/** What the files say at one moment. */
interface Reading {
  readonly read: { readonly sources: readonly Source[] } | { readonly problems: readonly Problem[] };
  readonly fingerprint: string;
}

/**
 * The files of the policy, followed live. Each change is judged once: a good one takes effect, a bad one is told with all its
 * problems and leaves the policy before it active.
 */
export class PolicyFiles {
  readonly #options: PolicyFilesOptions;
  readonly #files: FollowedFiles;
  #active: ActivePolicy;
  #judged: string | undefined;
  #closed = false;

  constructor(options: PolicyFilesOptions) {
    this.#options = options;
    const { policy, pollMs, log, metrics } = options;
    this.#active = policy.active;
    this.#judged = fingerprint(policy.sources);
    this.#files = new FollowedFiles({ files: policy.files, look: () => this.#look(), pollMs, log });
    metrics.active(policy.active.name, policy.active.revision);
    metrics.stale(false);
  }

  /** Follows the files, from the texts on that the policy was loaded from. */
  start(): void {
    if (this.#options.policy.files.length === 0) return;
    this.#files.start();
    void this.refresh();
  }

  /** Looks at the files now; resolves when their newest content has been judged, and is in force when it is good. */
  refresh(): Promise<void> {
    return this.#files.refresh();
  }

  /** Stops following; the active policy stays. */
  close(): void {
    this.#closed = true;
    this.#files.close();
  }

  async #look(): Promise<void> {
    const { settleMs = SETTLE_MS } = this.#options;
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
      'the changed policy files are refused and the policy before them stays active; mend the places that are named',
    );
  }

  async #accept(next: ActivePolicy): Promise<void> {
    const { use, log, metrics } = this.#options;
    metrics.stale(true);
    log.info({ next: next.revision, ...this.#facts() }, 'the changed policy files are good; putting them in force');
    try {
      // equal revisions decide and render alike
      if (next.revision !== this.#active.revision) await use(next);
    } catch (err) {
      if (this.#closed) return;
      if (err instanceof Fault) {
        this.#refuse(err.problems);
        return;
      }
      // so that the next look tries again
      this.#judged = undefined;
      log.error({ err, ...this.#facts() }, 'the changed policy could not be put in force; the one before stays active');
      return;
    }
    const replaced = this.#active.revision;
    this.#active = next;
    metrics.active(next.name, next.revision);
    metrics.reloaded('renewed');
    metrics.stale(false);
    log.info({ ...this.#facts(), replaced }, 'policy files renewed');
  }

  #facts(): { readonly policy: string; readonly revision: string } {
    return { policy: this.#active.name, revision: this.#active.revision };
  }
}

const fingerprint = (sources: readonly Source[]): string =>
  digest(JSON.stringify(sources.map(({ file, text }) => [file, text])));
