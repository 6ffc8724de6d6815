import { join } from 'node:path';
import { Fault } from '../core/problem/faults.ts';
import { type CentralTemplates, centralTemplates } from './central-templates.ts';
import type { PluginEnvironment } from './environment.ts';
import { exists } from './file-tree.ts';
import { findHelm, type Helm } from './helm.ts';
import type { ProjectFlags } from './plugin-flags.ts';
import { type ProjectValues, projectValues } from './project-values.ts';

/** A project with what counts for it. */
export interface Project {
  readonly helm: Helm;
  readonly templates: CentralTemplates;
  readonly values: ProjectValues;
  /** The folder of its own chart. */
  readonly chart: string | undefined;
}

/**
 * Reads everything that the commands about a project start from.
 * @throws Fault for whatever of it is not accepted
 */
export async function openProject(flags: ProjectFlags, environment: PluginEnvironment): Promise<Project> {
  const { chart } = flags;
  if (chart !== undefined && !(await exists(join(chart, 'Chart.yaml')))) {
    const message = `${chart} has no Chart.yaml; accepted: the folder of the project’s chart (helm pull --untar makes one of an archive)`;
    throw new Fault('PIL003', [{ path: '--chart', message }]);
  }
  const helm = await findHelm(environment);
  const templates = await centralTemplates(helm, flags, environment);
  const own = chart === undefined ? undefined : join(chart, 'values.yaml');
  const chartValues = own !== undefined && (await exists(own)) ? own : undefined;
  const values = await projectValues(helm, flags, chartValues, templates.company, environment);
  return { helm, templates, values, chart };
}
