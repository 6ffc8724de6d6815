import { isoDay } from '../../core/json/iso-time.ts';
import { Fault } from '../../core/problem/faults.ts';
import { type Problem, problemLine } from '../../core/problem/problem.ts';
import { leftOutOfFiles } from '../../core/traffic/catalogue/left-out-of-files.ts';
import { type ReadFiles, readTrafficFiles } from '../../core/traffic/catalogue/read-files.ts';
import { lintCatalogue } from '../../core/traffic/lint/lint-catalogue.ts';
import type { TrafficFinding } from '../../core/traffic/lint/lint-traffic.ts';
import type { Environment } from '../environment.ts';
import { type LintFormat, lintExit, printFindings } from '../output/lint-report.ts';
import { trafficCounts } from '../output/traffic-findings.ts';
import { readTrafficSources } from '../traffic-files.ts';
import { companyDefaults, type TrafficFlags } from '../traffic-sources.ts';
import { usage } from '../webhook-address.ts';

export interface TrafficLintFlags extends TrafficFlags {
  readonly output: LintFormat;
  readonly strict?: boolean;
  readonly catalog?: string;
}

/**
 * `pillion traffic lint FILE|DIR...`: where traffic values break a rule; with `--catalog DIR` also where services do together.
 * @returns 0 when no error was found, and with `--strict` no warning either; else 1
 * @throws Fault PIL001, PIL003, PIL004, PIL002 with every problem of files that cannot be read as traffic values, after the findings of the
 * others
 */
export async function lintTrafficFiles(
  paths: readonly string[],
  flags: TrafficLintFlags,
  environment: Environment,
): Promise<number> {
  const { catalog, output } = flags;
  const all = catalog === undefined ? paths : [...paths, catalog];
  if (all.length === 0) throw usage('names nothing to judge; accepted: files, directories, --catalog <dir>');
  const company = await companyDefaults(flags, environment);
  const sources = await readTrafficSources(all, environment);
  const today = isoDay(environment.now());
  const read = readTrafficFiles(sources.files, { company, today });
  const problems = [...sources.problems, ...read.problems];
  if (read.projects.length === 0 && problems.length === 0) throw nothingBelow(all);
  const findings = inOrder(
    [...read.findings, ...(catalog === undefined ? [] : lintCatalogue(read, today))],
    sources.files.map(({ file }) => file),
  );
  printFindings(findings, problems, output, environment);
  for (const { message: _, ...place } of read.layers)
    environment.stderr(
      `${problemLine({ ...place, message: 'names no service, so it counts only over other values: not judged' })}\n`,
    );
  for (const { message, ...place } of leftOutOfFiles(read, { company, today }))
    environment.stderr(`${problemLine({ ...place, message: `left out by the plain Envoy: ${message}` })}\n`);
  if (problems.length > 0) throw new Fault('PIL002', problems);
  if (output === 'human') environment.stderr(`${trafficCounts(findings)} in ${countedFiles(read)}\n`);
  return lintExit(findings, flags.strict);
}

/** By file in the order they were read, and by place in it. */
function inOrder(findings: readonly TrafficFinding[], files: readonly string[]): readonly TrafficFinding[] {
  const position = new Map(files.map((file, index) => [file, index]));
  const at = ({ file = '' }: Problem): number => position.get(file) ?? 0;
  return findings.toSorted(
    (one, other) =>
      at(one) - at(other) || (one.line ?? 0) - (other.line ?? 0) || (one.column ?? 0) - (other.column ?? 0),
  );
}

function countedFiles({ projects }: ReadFiles): string {
  const files = new Set(projects.map(({ document }) => document.file)).size;
  return `${files} file${files === 1 ? '' : 's'}`;
}

const nothingBelow = (paths: readonly string[]): Fault =>
  new Fault('PIL004', [
    {
      path: '',
      message: `no file below ${paths.join(', ')} holds traffic values; looked for in YAML and JSON files: service with name and port, the key mesh, Services with the annotation pillion.io/traffic`,
    },
  ]);
