import { FollowedFiles, type FollowedFilesOptions } from './followed-files.ts';
import { JudgedPolicy, type JudgedPolicyOptions } from './judged-policy.ts';
import type { ReadPolicy } from './policy-judgement.ts';

/** A policy together with the files that it was read from. */
export interface PolicyFromFiles extends ReadPolicy {
  /** The files to follow; none when everything is built in. */
  readonly files: readonly string[];
}

export interface PolicyFilesOptions extends Omit<JudgedPolicyOptions, 'policy' | 'settleMs'> {
  readonly policy: PolicyFromFiles;
  readonly pollMs?: FollowedFilesOptions['pollMs'];
  /** For how long a changed text has to stand before it is judged. */
  readonly settleMs?: number;
}

// a text that is half written can be a valid one, with the built-in values in place of the half that is missing
const SETTLE_MS = 250;

/** The files of the policy, followed live. */
export class PolicyFiles {
  readonly #judge: JudgedPolicy;
  readonly #files: FollowedFiles;
  readonly #isFollowed: boolean;

  constructor({ settleMs = SETTLE_MS, pollMs, ...options }: PolicyFilesOptions) {
    const { policy, log } = options;
    this.#judge = new JudgedPolicy({ ...options, settleMs });
    this.#files = new FollowedFiles({ files: policy.files, look: () => this.#judge.look(), pollMs, log });
    this.#isFollowed = policy.files.length > 0;
  }

  /** Follows the files, from the texts on that the policy was loaded from. */
  start(): void {
    if (!this.#isFollowed) return;
    this.#files.start();
    void this.refresh();
  }

  /** Looks at the files now; resolves when their newest content has been judged, and is in force when it is good. */
  refresh(): Promise<void> {
    return this.#files.refresh();
  }

  /** Stops following; the active policy stays. */
  close(): void {
    this.#judge.close();
    this.#files.close();
  }
}
