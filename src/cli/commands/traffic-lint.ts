import { Fault } from '../../core/problem/faults.ts';
import { judgedValues } from '../../core/traffic/judged-values.ts';
import type { Environment } from '../environment.ts';
import { type OutputFormat, structured } from '../output/structured.ts';
import { trafficCounts, trafficFindingsText } from '../output/traffic-findings.ts';
import { readSource } from '../read-source.ts';
import { companyDefaults, type TrafficFlags, today } from '../traffic-sources.ts';

export interface TrafficLintFlags extends TrafficFlags {
  readonly output: OutputFormat;
  readonly strict?: boolean;
}

/**
 * `pillion traffic lint FILE...`: where traffic values break a rule.
 * @returns 0 when no error was found, and with `--strict` no warning either; else 1
 * @throws Fault PIL001, PIL002 with every problem of files that cannot be read as traffic values, after the findings of the others
 */
export async function lintTrafficFiles(
  files: readonly string[],
  flags: TrafficLintFlags,
  environment: Environment,
): Promise<number> {
  const company = await companyDefaults(flags, environment);
  const sources = await Promise.all(files.map((file) => readSource(file, environment)));
  const judged = sources.map((source) => judgedValues(source, company, today(environment)));
  const findings = judged.flatMap((values) => ('problems' in values ? [] : values.findings));
  const problems = judged.flatMap((values) => ('problems' in values ? values.problems : []));
  if (flags.output !== 'human') environment.stdout(structured({ findings, problems }, flags.output));
  else environment.stdout(trafficFindingsText(findings, environment.colour));
  if (problems.length > 0) throw new Fault('PIL002', problems);
  if (flags.output === 'human') environment.stderr(`${trafficCounts(findings)} in ${counted(files.length)}\n`);
  const failing = flags.strict ? ['error', 'warning'] : ['error'];
  return findings.some(({ level }) => failing.includes(level)) ? 1 : 0;
}

const counted = (files: number): string => `${files} file${files === 1 ? '' : 's'}`;
