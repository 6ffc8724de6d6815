import { join } from 'node:path';
import { Fault } from '../../core/problem/faults.ts';
import type { PluginEnvironment } from '../environment.ts';
import { writeTree } from '../file-tree.ts';
import { generatedChart } from '../generated-chart.ts';
import { tellsErrors } from '../judged-project.ts';
import { type ProjectFlags, unjudgedValuesIn } from '../plugin-flags.ts';
import { openProject } from '../project.ts';
import { aboutTheCluster, proved } from '../proof.ts';
import { inTemporaryFolder } from '../temporary-folder.ts';

/** The commands of Helm that take a release and a chart. */
export const HANDED_OVER = {
  template: 'print what Helm renders of the project with its mesh',
  install: 'install the project with its mesh',
  upgrade: 'upgrade a release of the project with its mesh',
} as const;

/**
 * `helm pillion template|install|upgrade RELEASE -- FLAGS`: generates the chart, proves it, and has Helm do the rest.
 * @param helmFlags Helm’s own
 * @returns Helm’s exit code, or 1 when the values break a rule
 * @throws Fault for whatever is not accepted; then Helm is not called
 */
export async function handOver(
  command: keyof typeof HANDED_OVER,
  release: string,
  helmFlags: readonly string[],
  flags: ProjectFlags,
  environment: PluginEnvironment,
): Promise<number> {
  const message = unjudgedValuesIn(helmFlags);
  if (message !== undefined) throw new Fault('PIL003', [{ path: '', message }]);
  const project = await openProject(flags, environment);
  if (tellsErrors(project.values, environment)) return 1;
  const generated = await generatedChart(project, true);
  const isUpgrade = command === 'upgrade';
  const asked = isUpgrade ? ['--is-upgrade'] : [];
  await proved(project, generated, { release, flags: [...asked, ...aboutTheCluster(helmFlags)] });
  await project.templates.pin();
  return inTemporaryFolder(async (folder) => {
    const chart = join(folder, 'chart');
    await writeTree(generated.tree, chart);
    // without any values flag Helm would take those of the release before, which nobody proved
    const values = [...(isUpgrade ? ['--reset-values'] : []), ...project.values.helmFlags];
    return project.helm.handOver([command, release, chart, ...values, ...helmFlags]);
  });
}
