import { join } from 'node:path';
import { parse } from 'yaml';
import { fieldsOf } from '../core/json/fields-of.ts';
import { parsedJson } from '../core/json/parsed.ts';
import type { FileTree } from '../core/project-chart/tree-digest.ts';
import { writeTree } from './file-tree.ts';
import type { Helm } from './helm.ts';
import { inTemporaryFolder } from './temporary-folder.ts';

/** A chart of our own, by which Helm tells what it makes of values. */
export interface View {
  /** By name, Go templates that print JSON. */
  readonly templates: Readonly<Record<string, string>>;
  /** The values of the chart itself. */
  readonly values: object;
  /** Charts that it depends on, by name. */
  readonly charts?: ReadonlyMap<string, FileTree>;
}

const VIEW = 'view';

/**
 * What Helm makes of templates.
 * @param flags for values, as Helm takes them
 * @returns by name, the value that each template printed
 * @throws Fault PIL009 with what Helm said
 */
export function viewOf(
  helm: Helm,
  { templates, values, charts = new Map() }: View,
  flags: readonly string[] = [],
): Promise<ReadonlyMap<string, unknown>> {
  return inTemporaryFolder(async (folder) => {
    const data = Object.entries(templates).map(([name, template]) => `${JSON.stringify(name)} (${template})`);
    const configMap = `{{- dict "apiVersion" "v1" "kind" "ConfigMap" "metadata" (dict "name" "${VIEW}") "data" (dict ${data.join(' ')}) | toJson -}}\n`;
    const dependencies = [...charts.keys()].map((name) => ({ name, version: '>=0.0.0-0' }));
    const files = new Map<string, Buffer>([
      ['Chart.yaml', jsonFile({ apiVersion: 'v2', name: VIEW, version: '0.0.0', dependencies })],
      ['values.yaml', jsonFile(values)],
      ['templates/view.yaml', Buffer.from(configMap)],
    ]);
    for (const [name, tree] of charts) for (const [path, content] of tree) files.set(`charts/${name}/${path}`, content);
    await writeTree(files, join(folder, VIEW));
    const printed = await helm.ask([
      'template',
      VIEW,
      join(folder, VIEW),
      '--show-only',
      'templates/view.yaml',
      ...flags,
    ]);
    const { data: views } = fieldsOf(parse(printed));
    return new Map(Object.entries(fieldsOf(views)).map(([name, text]) => [name, parsedJson(String(text))]));
  });
}

/** JSON is YAML as well, and nothing in it is read in two ways. */
const jsonFile = (value: unknown): Buffer => Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
