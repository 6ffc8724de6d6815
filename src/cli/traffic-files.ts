import { Fault } from '../core/problem/faults.ts';
import type { Problem } from '../core/problem/problem.ts';
import type { TrafficFile } from '../core/traffic/catalogue/read-files.ts';
import type { Environment } from './environment.ts';
import { readSource } from './read-source.ts';

const ENDINGS = /\.(ya?ml|json)$/;

/**
 * The texts of files, and of the YAML and JSON files below directories, `-` being stdin. Each file once, in the order they are named.
 * @returns with them what keeps files below a directory from being read
 * @throws Fault PIL001 for a file that is named and cannot be read
 */
export async function readTrafficSources(
  paths: readonly string[],
  environment: Environment,
): Promise<{ readonly files: readonly TrafficFile[]; readonly problems: readonly Problem[] }> {
  const files = new Map<string, TrafficFile>();
  const problems: Problem[] = [];
  for (const path of paths) {
    const below = path === '-' ? undefined : await listed(path, environment);
    if (below === undefined) {
      const source = await readSource(path, environment);
      files.set(source.file, { ...source, isNamed: true });
      continue;
    }
    for (const file of below) {
      if (!ENDINGS.test(file) || files.has(file)) continue;
      try {
        files.set(file, { file, text: await environment.readFile(file), isNamed: false });
      } catch (cause) {
        problems.push({ file, path: '', message: (cause as Error).message });
      }
    }
  }
  return { files: [...files.values()], problems };
}

async function listed(path: string, { filesBelow }: Environment): Promise<readonly string[] | undefined> {
  try {
    return await filesBelow(path);
  } catch (cause) {
    throw new Fault('PIL001', [{ file: path, path: '', message: (cause as Error).message }], cause);
  }
}
