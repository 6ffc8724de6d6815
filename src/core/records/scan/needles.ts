import type { RecordFilter } from '../record-filter.ts';

/** Bytes of which every line that a filter keeps has at least one, however the line tells of a record. */
export type Needles = readonly Buffer[];

/**
 * What can be looked for before a line is read: for each question of the filter that can be told by bytes, its needles. A name stands
 * in a record, a GELF message and an event of the audit log as a text of its own, between quotation marks, but for two: the audit log
 * writes the policy as `NAME@REVISION` and the workload of a pod as `KIND/NAME`, so one of the marks is left out there. A line that
 * writes a name with escapes is not found by these; see `LineFilter`.
 */
export function needlesOf(filter: RecordFilter): readonly Needles[] {
  const { namespaces, workloads, tribes, squads, users, verdicts, reasons, policies, profiles } = filter;
  const whole = (value: string): string => `"${value}"`;
  const questions = [
    ...[reasons, namespaces, tribes, squads, users, profiles, verdicts].map((values) => values.map(whole)),
    policies.map((name) => `"${name}`),
    workloads.map((name) => `${name.slice(name.indexOf('/') + 1)}"`),
  ];
  return questions
    .filter((texts) => texts.length > 0 && texts.every(isWrittenAsItIs))
    .map((texts) => texts.map((text) => Buffer.from(text)));
}

// JSON writes other signs in several ways, and a pod that has no name yet is called by the beginning of it and three dots
const isWrittenAsItIs = (text: string): boolean =>
  /^"?[^"\\\p{Cc}\ud800-\udfff]*"?$/u.test(text) && !text.endsWith('..."');
