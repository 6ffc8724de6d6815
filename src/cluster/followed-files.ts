import { type FSWatcher, watch } from 'node:fs';
import { dirname } from 'node:path';
import type { Logger } from 'pino';
import { OneLookAtATime } from './one-look-at-a-time.ts';

export interface FollowedFilesOptions {
  readonly files: readonly string[];
  /** Reads and judges the files; it never rejects and never runs twice at a time. */
  readonly look: () => Promise<void>;
  /** How often the files are looked at without being told of a change; 10,000 as in controller-runtime's certwatcher. */
  readonly pollMs?: number | undefined;
  readonly log: Logger;
}

/** Looks at files again whenever they may have changed: a folder that holds one of them did, or some time has passed. */
export class FollowedFiles {
  readonly #options: FollowedFilesOptions;
  readonly #watchers: FSWatcher[] = [];
  readonly #looks: OneLookAtATime;
  #poll: NodeJS.Timeout | undefined;

  constructor(options: FollowedFilesOptions) {
    this.#options = options;
    this.#looks = new OneLookAtATime(options.look);
  }

  /** Begins to follow; the first look is the next change or poll. */
  start(): void {
    const { files, pollMs = 10_000 } = this.#options;
    this.#poll = setInterval(() => void this.refresh(), pollMs).unref();
    // a mounted Secret or ConfigMap is replaced by swapping the link `..data` beside the files, so the folders are watched, not
    // the files
    for (const folder of new Set(files.map((file) => dirname(file)))) this.#watch(folder);
  }

  /** Looks at the files now; resolves when the newest content has been judged. */
  refresh(): Promise<void> {
    return this.#looks.look();
  }

  /** Stops following; a look that goes on is not ended. */
  close(): void {
    clearInterval(this.#poll);
    for (const watcher of this.#watchers) watcher.close();
  }

  #watch(folder: string): void {
    try {
      const watcher = watch(folder, { persistent: false }, () => void this.refresh());
      watcher.on('error', () => watcher.close());
      this.#watchers.push(watcher);
    } catch (err) {
      this.#options.log.warn({ err, folder }, 'cannot watch the folder; a change of its files is seen by polling');
    }
  }
}
