import type { TrafficDefaults } from '../api/traffic/defaults.ts';
import type { Problem } from '../problem/problem.ts';
import { type Effective, effectiveValues } from './effective-values.ts';
import { lintTraffic, type TrafficFinding } from './lint/lint-traffic.ts';
import { readTrafficValues, type WrittenValues } from './read-values.ts';

/** What counts for a service, and where its values break a rule. */
export interface JudgedValues extends Effective {
  readonly written: WrittenValues;
  readonly findings: readonly TrafficFinding[];
}

/**
 * Reads traffic values and judges them.
 * @param file the name under which problems are told
 * @param today the day by which waivers end, as 2026-11-03
 * @returns the effective values with what is told about them, or what keeps the text from being read
 */
export function judgedValues(
  { text, file }: { readonly text: string; readonly file: string },
  company: TrafficDefaults,
  today: string,
): JudgedValues | { readonly problems: readonly Problem[] } {
  const read = readTrafficValues(text, file);
  if ('problems' in read) return read;
  const { value: project, document } = read;
  const effective = effectiveValues(project, company);
  const findings = lintTraffic({ ...effective, project }, today)
    .map((finding) => ({ ...finding, file, ...document.place(finding.path) }))
    .toSorted((one, other) => one.line - other.line || one.column - other.column);
  return { ...effective, written: read, findings };
}
