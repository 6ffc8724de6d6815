import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OLDEST_KUBERNETES } from '../../../src/core/kubernetes/oldest.ts';
import type { HelmMajor } from '../../tools/helm.ts';
import { type HelmRun, runHelm } from '../helm-runs.ts';

export const MESH_CHART = fileURLToPath(new URL('../../../charts/mesh-standard/', import.meta.url));

/** The folder that tests of these charts read their files from. */
export const HERE = fileURLToPath(new URL('./', import.meta.url));

/** `helm template` of a chart, as release catalog in the namespace shop. */
export const meshTemplate = (major: HelmMajor, args: readonly string[], chart = MESH_CHART): Promise<HelmRun> =>
  runHelm(major, ['template', 'catalog', chart, '-n', 'shop', '--kube-version', OLDEST_KUBERNETES, ...args]);

/** The same for values that stand in no file. */
export const meshTemplateOf = (major: HelmMajor, values: object, chart = MESH_CHART, more: readonly string[] = []) =>
  inTemporaryFolder(async (folder) => {
    const file = join(folder, 'values.json');
    await writeFile(file, JSON.stringify(values));
    return meshTemplate(major, ['-f', file, ...more], chart);
  });

/**
 * Does something with a copy of a chart of this folder that has mesh-standard as its dependency, as `helm dependency build` lays it out.
 * @param name the folder of the chart, such as effective-view
 */
export const withDependency = <T>(name: string, use: (chart: string) => Promise<T>): Promise<T> =>
  inTemporaryFolder(async (folder) => {
    await cp(join(HERE, name), folder, { recursive: true });
    await cp(MESH_CHART, join(folder, 'charts', 'mesh-standard'), { recursive: true });
    return use(folder);
  });

/** Does something with a copy of mesh-standard in which the platform team wrote some of the files, by their names under files/. */
export const withFiles = <T>(files: Readonly<Record<string, string>>, use: (chart: string) => Promise<T>): Promise<T> =>
  inTemporaryFolder(async (folder) => {
    await cp(MESH_CHART, folder, { recursive: true });
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, 'files', name), text);
    return use(folder);
  });

/** Gives a folder that is gone afterwards. */
async function inTemporaryFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'pillion-mesh-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The notes in what `helm install` printed. */
export const notesIn = (printed: string): string => `${(printed.split('NOTES:\n')[1] ?? '').trim()}\n`;
