import jsonPatch from 'fast-json-patch';
import type { Static } from 'typebox';
import { stringify } from 'yaml';
import type { DecidedWorkload, ExplainContext } from '../admission/decided-workloads.ts';
import { explanationOf } from '../decision/reasons.ts';
import { plainJson } from '../json/plain.ts';
import { boundedDiff } from './bounded-diff.ts';
import { told } from './cluster-tally.ts';
import type { TriedAnswer } from './playground.ts';
import { checksOf, settingsOf } from './told-decision.ts';

// whether its namespace is known is told beside it
const TOLD_OTHERWISE = 'namespace-not-given';

/** What a policy decides about a workload that somebody tries. */
export function triedAnswer(decided: DecidedWorkload, context: ExplainContext): Static<typeof TriedAnswer> {
  const { namespace, record } = decided.decision;
  const { policy, services, namespaces } = context;
  const snapshot = { policy, services, namespaces: new Map([[namespace, namespaces.get(namespace)]]) };
  return {
    verdict: told(record.verdict),
    reason: record.reason,
    says: explanationOf(record.reason).sentence,
    rule: record.rule,
    also: [...record.also],
    hints: [
      ...record.hints.filter(({ code }) => code !== TOLD_OTHERWISE).map(({ message }) => message),
      ...(record.verdict === 'inject' ? [] : [explanationOf(record.reason).hint]),
    ],
    problems: record.problems.map(({ path, message }) => ({ path, message })),
    checks: checksOf(decided, snapshot, true),
    settings: settingsOf(decided),
    diff: diffOf(decided),
  };
}

/** The pod as it arrives, and as it is once the patch is applied. */
function diffOf({ workload, operations }: DecidedWorkload): string {
  if (operations.length === 0) return '';
  const before = plainJson(workload.pod);
  const after = jsonPatch.applyPatch(plainJson(workload.pod), [...operations]).newDocument;
  return boundedDiff(yamlOf(before), yamlOf(after), `${workload.kind.toLowerCase()}.yaml`);
}

// a line that is folded otherwise would differ as well
const yamlOf = (value: unknown): string => stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
