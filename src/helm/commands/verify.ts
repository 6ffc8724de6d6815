import { Fault } from '../../core/problem/faults.ts';
import { problemLine } from '../../core/problem/problem.ts';
import { treeDifferences } from '../../core/project-chart/tree-digest.ts';
import type { PluginEnvironment } from '../environment.ts';
import { exists, readTree } from '../file-tree.ts';
import { generatedChart } from '../generated-chart.ts';
import { tellsErrors } from '../judged-project.ts';
import { openProject } from '../project.ts';
import { proved } from '../proof.ts';
import type { GenerateFlags } from './generate.ts';

/**
 * `helm pillion verify -o FOLDER`: whether a folder is what would be generated now, for a gate of a pipeline.
 * @returns 0 when it is; 1 when a file differs, or the values break a rule
 * @throws Fault for whatever is not accepted
 */
export async function verify(flags: GenerateFlags, environment: PluginEnvironment): Promise<number> {
  const { output: folder } = flags;
  if (!(await exists(folder)))
    throw new Fault('PIL001', [{ file: folder, path: '', message: 'is not there; helm pillion generate makes it' }]);
  const project = await openProject(flags, environment);
  if (tellsErrors(project.values, environment)) return 1;
  const chart = await generatedChart(project, true);
  await proved(project, chart, { release: project.values.project.service.name, flags: [] });
  const differences = treeDifferences(await readTree(folder), chart.tree);
  for (const { path, what } of differences)
    environment.stdout(`${problemLine({ file: `${folder}/${path}`, path: '', message: what })}\n`);
  const told =
    differences.length === 0 ? 'as generated' : 'not as generated; run helm pillion generate and commit what it writes';
  environment.stderr(`${folder} is ${told}\n`);
  return differences.length === 0 ? 0 : 1;
}
