import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { withLock } from '../../scripts/lock.mjs';
import type { Progress } from '../../scripts/progress.mjs';
import { ask, isExecutable, onPath } from '../needs/executable.ts';
import { MissingNeed } from '../needs/missing-need.ts';
import { type Guard, openGuard } from '../processes/guard.ts';
import { versionIn } from './program.ts';
import { cachedPath, type ToolModule } from './tool-module.ts';

const GET_GO = 'install Go 1.21 or newer (Debian 13: apt-get install golang) and put it on PATH';
const SHOWN_LINES = 30;

/** What has to be known of a program to build it. */
export interface Buildable<Name extends string = string> {
  readonly name: Name;
  readonly package: string;
  /** how long building takes, for whoever waits */
  readonly coldBuild: string;
  /** string variables of Go packages that a release has set by the linker; they leave the compiler's cache valid */
  readonly linkerVariables?: (module: ToolModule) => Readonly<Record<string, string>>;
  /** build tags, by which some programs leave parts out */
  readonly tags?: readonly string[];
}

/**
 * Builds programs of one module into the cache, one after the other, and returns their paths. Another process that builds the same
 * is waited for. Rejects with MissingNeed when there is no Go that can build them.
 */
export async function buildPrograms<Name extends string>(
  module: ToolModule,
  programs: readonly Buildable<Name>[],
  progress: Progress,
): Promise<Map<Name, string>> {
  const built = new Map<Name, string>();
  const [first] = programs;
  if (first === undefined) return built;
  await requireGo();
  const lock = join(dirname(cachedPath(module, first.name)), 'build.lock');
  const onWait = (holder: string) => progress.note(`waiting: ${holder} is building ${module.key}`);
  await withLock(lock, { onWait }, async () => {
    const guard = await openGuard();
    try {
      for (const program of programs) {
        const path = cachedPath(module, program.name);
        if (!(await isExecutable(path))) await build(guard, module, program, path, progress);
        built.set(program.name, path);
      }
    } finally {
      await guard.stop();
    }
  });
  return built;
}

async function requireGo(): Promise<void> {
  const go = await onPath('go');
  if (go === undefined) throw new MissingNeed('go', GET_GO);
  const { output } = await ask(go, ['version']);
  const found = versionIn(output.replace('go version go', ''));
  // 1.21 is the first that fetches the newer toolchain which go.mod asks for
  if (found === undefined || found.major < 1 || found.minor < 21) {
    throw new MissingNeed(`go 1.21 or newer (${go} says: ${output.trim()})`, GET_GO);
  }
}

async function build(guard: Guard, module: ToolModule, program: Buildable, path: string, progress: Progress) {
  const label = `building ${program.name} ${module.version}`;
  const hint = `${program.coldBuild} the first time, less when Go has compiled it before`;
  const step = progress.step(`${label}: ${hint}`);
  const unfinished = `${path}.${process.pid}`;
  const log = join(guard.folder, `${program.name}.log`);
  const watch = setInterval(async () => {
    const last = (await readFile(log, 'utf8').catch(() => '')).trim().split('\n').at(-1);
    if (last?.startsWith('go: downloading')) step.update(`${label}: ${last.slice('go: '.length)}`);
    else if (last === '') step.update(`${label}: ${hint}`);
  }, 1_000).unref();
  try {
    await mkdir(dirname(path), { recursive: true });
    const go = await guard.start({
      command: 'go',
      args: [
        'build',
        '-trimpath',
        ...tagFlags(program),
        ...linkerFlags(module, program),
        '-o',
        unfinished,
        program.package,
      ],
      cwd: module.folder,
      // a developer's workspace or flags must not change what is built
      env: { GOWORK: 'off', GOFLAGS: '-mod=readonly -buildvcs=false' },
      log,
    });
    const { code } = await go.ended();
    if (code !== 0) throw new Error(await failure(label, code, log));
    await rename(unfinished, path);
    step.done(`built ${program.name} ${module.version}`);
  } catch (error) {
    step.failed(label);
    throw error;
  } finally {
    clearInterval(watch);
    await rm(unfinished, { force: true });
  }
}

const tagFlags = ({ tags = [] }: Buildable): string[] => (tags.length === 0 ? [] : ['-tags', tags.join(',')]);

function linkerFlags(module: ToolModule, program: Buildable): string[] {
  const variables = Object.entries(program.linkerVariables?.(module) ?? {});
  return variables.length === 0 ? [] : ['-ldflags', variables.map(([name, value]) => `-X ${name}=${value}`).join(' ')];
}

async function failure(label: string, code: number | null, log: string): Promise<string> {
  const tail = (await readFile(log, 'utf8')).trim().split('\n').slice(-SHOWN_LINES).join('\n');
  return `${tail}\n${label} failed (go build ended with ${code}). If modules could not be downloaded, check the network and \`go env GOPROXY\`; otherwise free some disk space and memory, then run the same command again.`;
}
