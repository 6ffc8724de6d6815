import type { PluginEnvironment } from '../environment.ts';
import { generatedChart } from '../generated-chart.ts';
import { tellsErrors } from '../judged-project.ts';
import { replaceFolder, requireWritable } from '../output-folder.ts';
import type { ProjectFlags } from '../plugin-flags.ts';
import { openProject } from '../project.ts';
import { proved } from '../proof.ts';

export interface GenerateFlags extends ProjectFlags {
  readonly output: string;
}

/**
 * `helm pillion generate` and `eject`: writes the complete chart. Nothing is written when anything is wrong.
 * @param owner who the files belong to from now on: generated ones say that they are, ejected ones are the project’s own
 * @returns 0, or 1 when the values break a rule
 * @throws Fault for whatever is not accepted
 */
export async function generate(
  flags: GenerateFlags,
  owner: 'generated' | 'ejected',
  environment: PluginEnvironment,
): Promise<number> {
  await requireWritable(flags.output, flags.chart);
  const project = await openProject(flags, environment);
  if (tellsErrors(project.values, environment)) return 1;
  const chart = await generatedChart(project, owner === 'generated');
  await proved(project, chart, { release: project.values.project.service.name, flags: [] });
  await replaceFolder(flags.output, chart.tree);
  if (owner === 'generated') await project.templates.pin();
  const { version, digest } = project.templates;
  environment.stderr(`${flags.output}: ${chart.tree.size} files, from mesh-standard ${version}, ${digest}\n`);
  return 0;
}
