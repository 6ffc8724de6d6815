import { lstat, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { Fault } from '../core/problem/faults.ts';
import type { FileTree } from '../core/project-chart/tree-digest.ts';

/** Of a chart as it lies in a checkout, what no chart consists of. */
const NO_PART: ReadonlySet<string> = new Set(['.git', 'node_modules']);
// a chart has some hundred files; a folder with more is not one
const MOST_FILES = 10_000;

/**
 * Every file below a folder.
 * @throws Fault PIL001 when it cannot be read, has too many files to be a chart, or a link: its target need not be where the chart goes
 */
export async function readTree(folder: string): Promise<FileTree> {
  const tree = new Map<string, Buffer>();
  try {
    for (const path of await pathsIn(folder, '')) {
      if (tree.size === MOST_FILES) throw unreadable(folder, `has more than ${MOST_FILES} files; accepted: a chart`);
      tree.set(path.split(sep).join('/'), await readFile(join(folder, path)));
    }
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw unreadable(folder, (error as Error).message, error);
  }
  return new Map([...tree].sort(([one], [other]) => (one < other ? -1 : 1)));
}

async function pathsIn(root: string, below: string): Promise<readonly string[]> {
  const entries = await readdir(join(root, below), { withFileTypes: true });
  const kept = entries.filter(({ name }) => !NO_PART.has(name));
  const paths = kept.map(async (entry) => {
    const path = join(below, entry.name);
    if (entry.isDirectory()) return pathsIn(root, path);
    if (entry.isFile()) return [path];
    throw unreadable(join(root, path), 'is neither a file nor a folder; put what it stands for in its place');
  });
  return (await Promise.all(paths)).flat();
}

const unreadable = (file: string, message: string, cause?: unknown): Fault =>
  new Fault('PIL001', [{ file, path: '', message }], cause);

/** Writes the files below a folder, which is made. */
export async function writeTree(tree: FileTree, folder: string): Promise<void> {
  for (const [path, content] of tree) {
    const file = join(folder, ...path.split('/'));
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
}

/** Whether something stands at a path. */
export async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch {
    return false;
  }
}
