import { mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { Fault } from '../core/problem/faults.ts';
import { isGenerated } from '../core/project-chart/generated-header.ts';
import type { FileTree } from '../core/project-chart/tree-digest.ts';
import { exists, writeTree } from './file-tree.ts';

/**
 * Whether a folder may be written: it is not there, is empty, or was generated before, and neither holds the project’s chart nor lies in it.
 * @throws Fault PIL003 with what stands there
 */
export async function requireWritable(folder: string, chart: string | undefined): Promise<void> {
  if (chart !== undefined && (isWithin(folder, chart) || isWithin(chart, folder)))
    throw refused(`is ${folder}, and the chart is ${chart}: one lies in the other; accepted: a folder beside it`);
  if (!(await exists(folder)) || (await isEmpty(folder)) || isGenerated(await chartYamlIn(folder))) return;
  throw refused(
    `is ${folder}, where something stands that was not generated; give another folder, or move it away first`,
  );
}

/**
 * Puts a tree in the place of a folder, as a whole: who reads it sees the one or the other, and nothing stays of a failure.
 * @throws Fault PIL001 when it cannot be written; then the folder is as it was
 */
export async function replaceFolder(folder: string, tree: FileTree): Promise<void> {
  const target = resolve(folder);
  let beside: string | undefined;
  try {
    await mkdir(dirname(target), { recursive: true });
    // beside it, since a folder is renamed within a file system only; within one of its own, which has the rights of a temporary one
    beside = await mkdtemp(`${target}.`);
    const [after, before] = [join(beside, 'after'), join(beside, 'before')];
    await writeTree(tree, after);
    const isReplaced = await exists(target);
    if (isReplaced) await rename(target, before);
    await rename(after, target).catch(async (cause) => {
      if (isReplaced) await rename(before, target);
      throw cause;
    });
  } catch (cause) {
    throw new Fault('PIL001', [{ file: folder, path: '', message: (cause as Error).message }], cause);
  } finally {
    if (beside !== undefined) await rm(beside, { recursive: true, force: true });
  }
}

function isWithin(inner: string, outer: string): boolean {
  const way = relative(resolve(outer), resolve(inner));
  return way === '' || !/^\.\.([\\/]|$)/.test(way);
}

const isEmpty = async (folder: string): Promise<boolean> =>
  (await readdir(folder).catch(() => ['a file'])).length === 0;

const chartYamlIn = (folder: string): Promise<string> => readFile(join(folder, 'Chart.yaml'), 'utf8').catch(() => '');

const refused = (message: string): Fault => new Fault('PIL003', [{ path: '-o', message }]);
