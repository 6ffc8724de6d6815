import { createTwoFilesPatch } from 'diff';
import { structured } from '../../cli/output/structured.ts';
import { fieldsOf } from '../../core/json/fields-of.ts';
import { manifestObjects } from '../../core/kubernetes/manifest-files.ts';
import { metadataOf } from '../../core/kubernetes/metadata.ts';
import { Fault } from '../../core/problem/faults.ts';
import { type FileTree, treeDifferences } from '../../core/project-chart/tree-digest.ts';
import type { PluginEnvironment } from '../environment.ts';
import { readTree } from '../file-tree.ts';
import { generatedChart } from '../generated-chart.ts';
import { tellsErrors } from '../judged-project.ts';
import type { ProjectFlags } from '../plugin-flags.ts';
import { openProject } from '../project.ts';
import { proved } from '../proof.ts';

export interface DiffFlags extends ProjectFlags {
  readonly output?: string;
}

/**
 * `helm pillion diff`: what generating again would change in a folder, or an upgrade in a release.
 * @returns 0 when nothing would change; 1 when something would, or the values break a rule
 * @throws Fault for whatever is not accepted
 */
export async function diff(
  release: string | undefined,
  flags: DiffFlags,
  environment: PluginEnvironment,
): Promise<number> {
  const { output: folder } = flags;
  if ((folder === undefined) === (release === undefined))
    throw new Fault('PIL003', [{ path: '', message: 'compares with one thing; give a RELEASE, or -o FOLDER' }]);
  const project = await openProject(flags, environment);
  if (tellsErrors(project.values, environment)) return 1;
  const chart = await generatedChart(project, true);
  const rendering = { release: release ?? project.values.project.service.name, flags: ['--no-hooks'] };
  const rendered = await proved(project, chart, rendering);
  const [before, after] =
    release === undefined
      ? [await readTree(folder ?? ''), chart.tree]
      : [objectsOf(await project.helm.ask(['get', 'manifest', release])), objectsOf(rendered)];
  const differences = treeDifferences(before, after);
  for (const { path } of differences)
    environment.stdout(
      createTwoFilesPatch(path, path, textIn(before, path), textIn(after, path), 'as it is', 'as it would be'),
    );
  return differences.length === 0 ? 0 : 1;
}

const textIn = (tree: FileTree, path: string): string => tree.get(path)?.toString('utf8') ?? '';

/** The objects of a release as files of their own, so that their order and the white space between them count for nothing. */
const objectsOf = (manifest: string): FileTree =>
  new Map(
    manifestObjects([{ file: 'the manifest', text: manifest }]).map(({ value }) => {
      const { kind } = fieldsOf(value);
      const { namespace, name } = metadataOf(value);
      const named = [kind, namespace, name].filter((part) => typeof part === 'string').join('/');
      return [named, Buffer.from(structured(value, 'yaml'))];
    }),
  );
