import { type LintFormat, lintExit, printFindings } from '../../cli/output/lint-report.ts';
import { trafficCounts } from '../../cli/output/traffic-findings.ts';
import { Fault } from '../../core/problem/faults.ts';
import type { PluginEnvironment } from '../environment.ts';
import type { ProjectFlags } from '../plugin-flags.ts';
import { openProject, type Project } from '../project.ts';

export interface LintFlags extends ProjectFlags {
  readonly output: LintFormat;
  readonly strict?: boolean;
}

/**
 * `helm pillion lint`: where the traffic values of the project break a rule, under the defaults of its central templates.
 * @returns 0 when no error was found, and with `--strict` no warning either; else 1
 * @throws Fault for whatever cannot be read
 */
export async function lint(flags: LintFlags, environment: PluginEnvironment): Promise<number> {
  const { findings } = (await judgedOrTold(flags, environment)).values;
  printFindings(findings, [], flags.output, environment);
  if (flags.output === 'human') environment.stderr(`${trafficCounts(findings)}\n`);
  return lintExit(findings, flags.strict);
}

/** The project; what cannot be read of it is told to machines as well. */
async function judgedOrTold(flags: LintFlags, environment: PluginEnvironment): Promise<Project> {
  try {
    return await openProject(flags, environment);
  } catch (error) {
    if (error instanceof Fault && flags.output !== 'human')
      printFindings([], error.problems, flags.output, environment);
    throw error;
  }
}
