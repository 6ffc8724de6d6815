import { createHash } from 'node:crypto';
import { glob, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder } from '../needs/cache.ts';

/**
 * A Go module that names programs (`tool`) at a pinned version; it may hold programs of its own that are compiled against them.
 * Its go.mod is the one place where that version stands.
 */
export interface ToolModule {
  readonly folder: string;
  /** the package path of each program */
  readonly tools: readonly string[];
  /** of the module that the programs belong to, as in `v1.37.2` */
  readonly version: string;
  /** every version that go.mod pins, by module path */
  readonly requirements: ReadonlyMap<string, string>;
  /** changes with everything that can change the programs: the name of their folder in the cache */
  readonly key: string;
}

/** The folder of one of the modules beside this file, such as `kubernetes`. */
export function moduleFolder(name: string): string {
  return fileURLToPath(new URL(`./${name}/`, import.meta.url));
}

/** Reads a module folder. Rejects with an Error that names the file when go.mod names no tool or no version for it. */
export async function readToolModule(folder: string): Promise<ToolModule> {
  const [mod, sum] = await Promise.all([
    readFile(join(folder, 'go.mod'), 'utf8'),
    readFile(join(folder, 'go.sum'), 'utf8'),
  ]);
  const tools = directive(mod, 'tool');
  const requirements = directive(mod, 'require').map((line) => line.split(/\s+/) as [path: string, version: string]);
  const owner = requirements
    .filter(([path]) => tools[0]?.startsWith(path))
    .toSorted(([a], [b]) => b.length - a.length)[0];
  if (owner === undefined) {
    throw new Error(
      `${join(folder, 'go.mod')} names no tool with a version: add it with \`go get -tool PACKAGE@VERSION\``,
    );
  }
  const hash = createHash('sha256').update(mod).update(sum);
  for (const source of await goSources(folder)) hash.update(source).update(await readFile(join(folder, source)));
  return {
    folder,
    tools,
    version: owner[1],
    requirements: new Map(requirements),
    key: `${basename(folder)}-${owner[1]}-${process.platform}-${process.arch}-${hash.digest('hex').slice(0, 12)}`,
  };
}

/** Where the cache keeps a program of this module: under the name of the folder that the module's own stands in. */
export function cachedPath(module: ToolModule, program: string): string {
  return join(cacheFolder(), basename(dirname(module.folder)), module.key, program);
}

async function goSources(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const path of glob('**/*.go', { cwd: folder })) found.push(path);
  return found.sort();
}

// `word x` on a line of its own, or `word ( ... )` over several
function directive(mod: string, word: string): string[] {
  const blocks = [...mod.matchAll(new RegExp(`^${word} \\(\\n([^)]*)\\)`, 'gm'))].flatMap(([, body]) =>
    (body ?? '').split('\n'),
  );
  const single = [...mod.matchAll(new RegExp(`^${word} ([^(\\s].*)$`, 'gm'))].map(([, line]) => line ?? '');
  return [...blocks, ...single].map((line) => line.replace(/\/\/.*/, '').trim()).filter((line) => line !== '');
}
