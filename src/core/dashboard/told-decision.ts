import type { Static } from 'typebox';
import type { DecidedWorkload } from '../admission/decided-workloads.ts';
import { explainChecks } from '../admission/explain-checks.ts';
import type { Snapshot } from '../admission/snapshot.ts';
import type { FitFinding } from '../compatibility/compatibility.ts';
import { checkText } from '../decision/check-text.ts';
import type { Check, Finding, Setting } from './workloads.ts';

/** Every check of the decision about a workload in its order. */
export const checksOf = (
  { workload, decision: { namespace } }: DecidedWorkload,
  snapshot: Snapshot,
  asWritten: boolean,
): Static<typeof Check>[] =>
  (explainChecks(workload.pod, namespace, snapshot, asWritten) ?? []).map((check) => ({
    check: check.check,
    answer: answerOf(check.result, checkText(check).slice(check.check.length)),
    decisive: check.result === 'decided',
  }));

/** What a check came to, then why and by what it saw. */
const answerOf = (result: string, told: string): string => `${result === 'not-reached' ? 'not asked' : result}${told}`;

/** What the sidecar is like, and who chose that; empty where there is none. */
export const settingsOf = ({ decision: { sidecar = [] } }: DecidedWorkload): Static<typeof Setting>[] =>
  sidecar.map(({ setting, value, origin }) => ({ setting, value, origin }));

/** What the check of compatibility found. */
export const findingOf = (finding: FitFinding): Static<typeof Finding> => {
  const { code, severity, title, message, remedy, object, path, suppressed } = finding;
  return {
    ...{ code, level: severity, title, remedy },
    evidence: `${object}${path === '' ? '' : ` ${path}`}: ${message}`,
    ...(suppressed !== undefined && { suppressed }),
  };
};
