import { createProgress, type Progress } from '../../scripts/progress.mjs';
import { aptGet } from './apt-get.ts';
import { onPath } from './executable.ts';
import { MissingNeed } from './missing-need.ts';

/** A command and the Debian package that brings it. */
export interface SystemCommand {
  readonly command: string;
  readonly package: string;
}

export interface SystemPackagesOptions {
  /** PATH says where commands are, PILLION_YES=1 that packages may be installed. */
  readonly env?: NodeJS.ProcessEnv;
  readonly isRoot?: () => boolean;
  /** For how long another process may hold apt's lock. */
  readonly patienceMs?: number;
  readonly retryMs?: number;
}

// an upgrade of a whole system may be under way
const PATIENCE_MS = 10 * 60_000;
const RETRY_MS = 2_000;

/**
 * The packages of this system, for all suites of one run: apt has one lock, so one installation follows the other, and the package
 * lists are read once. Packages are never installed unasked.
 */
export class SystemPackages {
  readonly #options: Required<SystemPackagesOptions>;
  #last: Promise<unknown> = Promise.resolve();
  #listsAreRead = false;

  constructor(options: SystemPackagesOptions = {}) {
    const isRoot = () => process.getuid?.() === 0;
    this.#options = { env: process.env, isRoot, patienceMs: PATIENCE_MS, retryMs: RETRY_MS, ...options };
  }

  /** Makes sure that the commands are on PATH; rejects with MissingNeed when they cannot be had. */
  async require(commands: readonly SystemCommand[], progress: Progress = createProgress()): Promise<void> {
    if ((await this.#absent(commands)).length === 0) return;
    const turn = this.#last.then(() => this.#install(commands, progress));
    this.#last = turn.catch(() => {});
    await turn;
  }

  async #install(commands: readonly SystemCommand[], progress: Progress): Promise<void> {
    // the turn before may have brought some
    const missing = await this.#absent(commands);
    if (missing.length === 0) return;
    const { env, isRoot } = this.#options;
    const names = namesOf(missing);
    const packages = missing.map((entry) => entry.package);
    const wanted = `apt-get install ${packages.join(' ')}`;
    const apt = await onPath('apt-get', env.PATH);
    if (env.PILLION_YES !== '1' || apt === undefined) throw new MissingNeed(names, `${wanted}, or npm test -- --yes`);
    if (!isRoot()) throw new MissingNeed(`${names}, and root to install`, `sudo ${wanted}`);

    const step = progress.step(wanted);
    let told: string | undefined;
    const onWait = (holder: string) => {
      const waits = `${wanted}: waits for ${holder}, which holds apt's lock`;
      step.update(waits);
      if (told !== holder) progress.note(waits);
      told = holder;
    };
    const run = async (...args: readonly string[]) => {
      const { code, output } = await aptGet(args, { ...this.#options, path: apt, onWait });
      step.update(wanted);
      if (code === 0) return;
      step.failed(`apt-get ${args[0]} failed`);
      throw new Error(`${output.trim()}\napt-get ${args.join(' ')} failed: run it by hand, then npm test again`);
    };
    if (!this.#listsAreRead) await run('update');
    this.#listsAreRead = true;
    // nothing but what is asked for comes onto the machine
    await run('install', '--yes', '--no-install-recommends', ...packages);
    const still = await this.#absent(missing);
    if (still.length > 0) {
      step.failed();
      throw new Error(
        `${packages.join(' ')} is installed and brings no ${namesOf(still)}; see whether PATH leads there`,
      );
    }
    step.done();
  }

  async #absent(commands: readonly SystemCommand[]): Promise<SystemCommand[]> {
    const found = await Promise.all(commands.map(({ command }) => onPath(command, this.#options.env.PATH)));
    return commands.filter((_, index) => found[index] === undefined);
  }
}

const namesOf = (commands: readonly SystemCommand[]): string => commands.map(({ command }) => command).join(' and ');
