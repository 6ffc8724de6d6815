import { structured } from '../cli/output/structured.ts';
import { generatedHeader } from '../core/project-chart/generated-header.ts';
import type { WantedMetadata } from '../core/project-chart/pod-proof.ts';
import type { FileTree } from '../core/project-chart/tree-digest.ts';
import { CENTRAL, LOCK } from './central-templates.ts';
import { readTree } from './file-tree.ts';
import { podMetadata } from './pod-metadata.ts';
import type { Project } from './project.ts';
import { extendedChartYaml, extendedValues } from './project-chart-files.ts';

/** A complete chart, and what it promises its pods; undefined when it makes none. */
export interface GeneratedChart {
  readonly tree: FileTree;
  readonly pods: WantedMetadata | undefined;
}

/**
 * Makes the chart of a project: its own chart, the central templates as a dependency that lies in it, and the values of both. The same
 * inputs give the same bytes.
 * @param headed whether its files say that they are generated
 * @throws Fault PIL001, PIL002 for a chart of the project that cannot be extended, PIL009
 */
export async function generatedChart(project: Project, headed: boolean): Promise<GeneratedChart> {
  const { templates, chart } = project;
  const header = headed ? generatedHeader(templates) : '';
  const { files, pods } =
    chart === undefined ? { files: ownFiles(project), pods: undefined } : await extended(project, chart);
  const tree = new Map(files);
  for (const name of ['Chart.yaml', 'values.yaml'])
    tree.set(name, Buffer.concat([Buffer.from(header), tree.get(name) ?? Buffer.alloc(0)]));
  for (const [path, content] of templates.tree) tree.set(`charts/${CENTRAL}/${path}`, content);
  return { tree: new Map([...tree].sort(([one], [other]) => (one < other ? -1 : 1))), pods };
}

/** The chart of a project that has none: the mesh’s objects alone. */
function ownFiles({ templates, values }: Project): FileTree {
  const { project } = values;
  const chart = {
    apiVersion: 'v2',
    name: project.service.name,
    description: `The traffic to ${project.service.name}.`,
    type: 'application',
    version: templates.version,
    dependencies: [{ name: CENTRAL, version: templates.version }],
  };
  return new Map([
    ['Chart.yaml', Buffer.from(structured(chart, 'yaml'))],
    ['values.yaml', Buffer.from(structured({ [CENTRAL]: project }, 'yaml'))],
  ]);
}

async function extended(
  project: Project,
  chart: string,
): Promise<{ readonly files: FileTree; readonly pods: WantedMetadata }> {
  const pods = await podMetadata(project);
  const files = new Map(await readTree(chart));
  files.set('Chart.yaml', extendedChartYaml(files, chart, project.templates.version));
  files.set('values.yaml', extendedValues(files, chart, project.values.project, pods));
  // it pins what Chart.yaml named before; what counts lies in charts/
  files.delete('Chart.lock');
  // it is there from the second time on
  files.delete(LOCK);
  return { files, pods };
}
