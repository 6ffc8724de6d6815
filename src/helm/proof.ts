import { join } from 'node:path';
import { manifestObjects } from '../core/kubernetes/manifest-files.ts';
import { Fault } from '../core/problem/faults.ts';
import { podProblems, type RenderedObject } from '../core/project-chart/pod-proof.ts';
import { writeTree } from './file-tree.ts';
import type { GeneratedChart } from './generated-chart.ts';
import type { Project } from './project.ts';
import { withSchemaHint } from './strict-schema.ts';
import { inTemporaryFolder } from './temporary-folder.ts';

/** How a chart is rendered. */
export interface Rendering {
  readonly release: string;
  /** For `helm template`, beside those for values. */
  readonly flags: readonly string[];
}

/**
 * Renders a generated chart with Helm, and proves that the pods of the service ask for what the mesh gives them.
 * @returns what Helm rendered
 * @throws Fault PIL009 when Helm cannot render it, PIL011 with each workload whose pods would be left out, and what its template lacks
 */
export async function proved(project: Project, { tree, pods }: GeneratedChart, rendering: Rendering): Promise<string> {
  const { helm, values } = project;
  const rendered = await inTemporaryFolder(async (folder) => {
    const chart = join(folder, 'chart');
    await writeTree(tree, chart);
    try {
      return await helm.ask(['template', rendering.release, chart, ...values.helmFlags, ...rendering.flags]);
    } catch (error) {
      throw withSchemaHint(error, project.chart, pods);
    }
  });
  if (pods === undefined) return rendered;
  const problems = podProblems(renderedObjects(rendered), values.project.service.name, pods);
  if (problems.length > 0) throw new Fault('PIL011', problems);
  return rendered;
}

/** The objects of what Helm printed, each with the template that Helm names above it. */
const renderedObjects = (text: string): readonly RenderedObject[] =>
  manifestObjects([{ file: 'what Helm rendered', text }]).map(({ value, document }) => ({
    value,
    template: /^ Source: (\S.*)$/m.exec(document.parsed.contents?.commentBefore ?? '')?.[1] ?? 'a template',
  }));

/** Of Helm’s own flags for any command, those that templates can ask about. */
export function aboutTheCluster(flags: readonly string[]): readonly string[] {
  const known = /^(--kube-version|--api-versions|-a)(=|$)/;
  return flags.flatMap((flag, index) => {
    if (!known.test(flag)) return [];
    return flag.includes('=') ? [flag] : flags.slice(index, index + 2);
  });
}
