import type { TrafficDefaults } from '../api/traffic/defaults.ts';
import type { TrafficValues } from '../api/traffic/values.ts';
import type { Problem } from '../problem/problem.ts';
import { type Effective, effectiveValues } from './effective-values.ts';
import { lintTraffic, type TrafficFinding } from './lint/lint-traffic.ts';
import { readTrafficValues, type WrittenValues } from './read-values.ts';

/** What counts for a service, and where its values break a rule. */
export interface JudgedProject extends Effective {
  readonly findings: readonly TrafficFinding[];
}

export interface JudgedValues extends JudgedProject {
  readonly written: WrittenValues;
}

/** Where a place of the values stands, by its JSON pointer; the pointer as well, where it is another one in the file. */
export type PlaceOf = (path: string) => Partial<Omit<Problem, 'message'>>;

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
  return 'problems' in read ? read : judgedOf(read, company, today);
}

/** The same for values that are read already. */
export function judgedOf(written: WrittenValues, company: TrafficDefaults, today: string): JudgedValues {
  const { value, document } = written;
  const placeOf: PlaceOf = (path) => ({ file: document.file, ...document.place(path) });
  return { ...judgedProject(value, company, today, placeOf), written };
}

/** The same for values wherever they come from. Findings are in the order of files and lines. */
export function judgedProject(
  project: TrafficValues,
  company: TrafficDefaults,
  today: string,
  placeOf: PlaceOf,
): JudgedProject {
  const effective = effectiveValues(project, company);
  const findings = lintTraffic({ ...effective, project }, today)
    .map((finding) => ({ ...finding, ...placeOf(finding.path) }))
    .toSorted(byPlace);
  return { ...effective, findings };
}

const byPlace = (one: Problem, other: Problem): number => {
  if (one.file !== other.file) return (one.file ?? '') < (other.file ?? '') ? -1 : 1;
  return (one.line ?? 0) - (other.line ?? 0) || (one.column ?? 0) - (other.column ?? 0);
};
