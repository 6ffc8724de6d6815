import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll } from '@jest/globals';
import { writePlugin } from '../../../scripts/plugin/write-plugin.ts';
import type { HelmMajor } from '../../tools/helm.ts';
import { HELMS, type HelmRun, runHelm } from '../helm-runs.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
/** The folder that tests of the plugin read their charts from. */
export const HERE = fileURLToPath(new URL('./', import.meta.url));

/** The plugin as users have it: built, and installed into both Helms, each with a home of its own. */
export interface InstalledPlugin {
  /** Where it is installed from. */
  readonly folder: string;
  /** A new folder with these files, gone after the last test of the file. */
  workspace(files?: Readonly<Record<string, string>>): Promise<string>;
  /** The variables that it runs with. */
  variables(major: HelmMajor, more?: Readonly<Record<string, string>>): Readonly<Record<string, string>>;
  /** Runs `helm pillion` with these arguments in a folder. */
  run(
    major: HelmMajor,
    cwd: string,
    args: readonly string[],
    more?: Readonly<Record<string, string>>,
  ): Promise<HelmRun>;
  /** Runs the plugin’s program without Helm in front of it. */
  runDirectly(cwd: string, args: readonly string[], variables: Readonly<Record<string, string>>): Promise<HelmRun>;
}

/** Builds and installs the plugin for the tests of one file. */
export function installedPlugin(): InstalledPlugin {
  let home = '';
  const folder = (): string => join(home, 'pillion');
  const variables: InstalledPlugin['variables'] = (major, more = {}) => ({
    HELM_DATA_HOME: join(home, `data-${major}`),
    HELM_CONFIG_HOME: join(home, `config-${major}`),
    HELM_CACHE_HOME: join(home, `cache-${major}`),
    TMPDIR: join(home, 'tmp'),
    // the Node that runs the tests, whichever is first otherwise
    PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
    ...more,
  });
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'pillion-plugin-'));
    await mkdir(join(home, 'tmp'));
    await cp(join(ROOT, 'deploy', 'helm-plugin', 'plugin.yaml'), join(folder(), 'plugin.yaml'), { recursive: true });
    await writePlugin(ROOT, folder());
    for (const major of HELMS) {
      const { code, stderr } = await runHelm(major, ['plugin', 'install', folder()], variables(major));
      if (code !== 0) throw new Error(`helm ${major} does not install the plugin: ${stderr}`);
    }
  });
  afterAll(() => rm(home, { recursive: true, force: true }));
  return {
    get folder() {
      return folder();
    },
    async workspace(files = {}) {
      const folder = await mkdtemp(join(home, 'work-'));
      for (const [path, text] of Object.entries(files)) {
        await mkdir(dirname(join(folder, path)), { recursive: true });
        await writeFile(join(folder, path), text);
      }
      return folder;
    },
    variables,
    run: (major, cwd, args, more) => runHelm(major, ['pillion', ...args], variables(major, more), cwd),
    runDirectly: (cwd, args, env) => {
      const program = join(folder(), 'dist', 'pillion-helm.cjs');
      return new Promise((resolve) => {
        execFile(process.execPath, [program, ...args], { cwd, env }, (error, stdout, stderr) =>
          resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr }),
        );
      });
    },
  };
}

/** What commands of the plugin left behind in the folder for temporary files. */
export const leftBehind = (plugin: InstalledPlugin): Promise<readonly string[]> =>
  readdir(plugin.variables(3).TMPDIR ?? '');
