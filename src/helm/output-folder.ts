import { readdir, readFile, rename, rm } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
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

/** Puts a tree in the place of a folder, as a whole: who reads it sees the one or the other, and nothing stays of a failure. */
export async function replaceFolder(folder: string, tree: FileTree): Promise<void> {
  const beside = `${resolve(folder)}.new`;
  try {
    await rm(beside, { recursive: true, force: true });
    await writeTree(tree, beside);
    await rm(folder, { recursive: true, force: true });
    await rename(beside, folder);
  } catch (cause) {
    await rm(beside, { recursive: true, force: true });
    throw new Fault('PIL001', [{ file: folder, path: '', message: (cause as Error).message }], cause);
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
