import { readFile } from 'node:fs/promises';
import type { Logger } from 'pino';
import { FollowedFiles } from '../followed-files.ts';
import { caBundleProblem, readCaBundle } from '../registration/ca-bundle.ts';
import { ToldOnce } from '../told-once.ts';
import type { TrustSource } from './trust-source.ts';
import { WatchedValue } from './watched-value.ts';

export interface FileTrustOptions {
  readonly file: string;
  /** How often the file is read without being told of a change. */
  readonly pollMs?: number;
  readonly log: Logger;
}

/** A bundle kept in a file, followed live. One that cannot be read, or holds anything else, leaves the previous one in place. */
export class FileTrust implements TrustSource {
  readonly #options: FileTrustOptions;
  readonly #bundle = new WatchedValue<string>();
  readonly #faults = new ToldOnce();
  readonly #files: FollowedFiles;

  private constructor(options: FileTrustOptions) {
    const { file, pollMs, log } = options;
    this.#options = options;
    this.#files = new FollowedFiles({ files: [file], look: () => this.#readOnce(), pollMs, log });
  }

  /**
   * Reads the bundle once and follows it from then on.
   * @throws Error when the file cannot be read, or holds something else; each says what to do
   */
  static async follow(options: FileTrustOptions): Promise<FileTrust> {
    const trust = new FileTrust(options);
    trust.#bundle.set(await readCaBundle(options.file));
    trust.#files.start();
    return trust;
  }

  get current(): string | undefined {
    return this.#bundle.current;
  }

  onChanged(listener: () => void): () => void {
    return this.#bundle.onSet(() => listener());
  }

  /** Reads the file now; resolves when its newest content has been judged. */
  refresh(): Promise<void> {
    return this.#files.refresh();
  }

  /** Stops following; the current bundle stays. */
  close(): void {
    this.#files.close();
  }

  async #readOnce(): Promise<void> {
    const { file, log } = this.#options;
    try {
      const bundle = await readFile(file, 'utf8');
      const problem = caBundleProblem(bundle);
      if (problem !== undefined) throw new Error(`${file} ${problem}`);
      this.#faults.forget();
      if (bundle === this.#bundle.current) return;
      log.info({ file }, 'what the API server has to trust was loaded anew');
      this.#bundle.set(bundle);
    } catch (err) {
      if (this.#faults.isNews(err))
        log.warn(
          { err, file },
          'cannot load what the API server has to trust: the previous certificates stay registered',
        );
    }
  }
}
