import type { Problem } from '../../core/problem/problem.ts';
import type { TrafficFinding } from '../../core/traffic/lint/lint-traffic.ts';
import type { Environment } from '../environment.ts';
import { sarif } from './sarif.ts';
import { type OutputFormat, structured } from './structured.ts';
import { trafficFindingsText } from './traffic-findings.ts';

/** How findings are printed. */
export const LINT_FORMATS = ['human', 'json', 'yaml', 'sarif'] as const satisfies readonly (OutputFormat | 'sarif')[];
export type LintFormat = (typeof LINT_FORMATS)[number];

/**
 * Prints what a linter has found.
 * @param problems what could not be read; people are told of it in another way
 */
export function printFindings(
  findings: readonly TrafficFinding[],
  problems: readonly Problem[],
  format: LintFormat,
  { stdout, colour }: Pick<Environment, 'stdout' | 'colour'>,
): void {
  if (format === 'human') stdout(trafficFindingsText(findings, colour));
  else if (format === 'sarif') stdout(sarif(findings, problems));
  else stdout(structured({ findings, problems }, format));
}

/** 1 when an error was found, or where it is strict a warning; else 0. */
export function lintExit(findings: readonly TrafficFinding[], isStrict = false): number {
  const failing = isStrict ? ['error', 'warning'] : ['error'];
  return findings.some(({ level }) => failing.includes(level)) ? 1 : 0;
}
