import { withoutWaived } from '../decision/decide.ts';
import type { DenyReason, SkipReason } from '../decision/reasons.ts';
import type { Check, Finding, Subject } from '../decision/subject.ts';
import type { Sighting } from './fit-check.ts';

/**
 * What a check of the decision finds, as sightings: so that `check` and `admit` never say two things. What a waiver of the policy excuses is
 * nothing.
 * @param otherwise for a finding without a place
 */
export function foundBy(check: Check<DenyReason | SkipReason>, subject: Subject, otherwise: Sighting): Sighting[] {
  const finding = check(subject);
  if (finding === undefined || withoutWaived([finding as Finding<DenyReason>], subject).length === 0) return [];
  const { problems = [] } = finding;
  return problems.length === 0 ? [otherwise] : problems.map(({ path, message }) => ({ path, message }));
}
