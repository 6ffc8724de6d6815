import type { DecisionRecord } from '../api/decision-record.ts';

type Required =
  | ('recordId' | 'time' | 'uid' | 'hook' | 'verdict' | 'reason' | 'rule' | 'operation')
  | ('dryRun' | 'namespace' | 'user' | 'policy');

type Optional =
  | ('pod' | 'podUid' | 'generateName' | 'owner' | 'controllerUid')
  | ('workload' | 'tribe' | 'squad' | 'profile' | 'reinvoked');

/** What of a record is asked for by filters, counted by summaries, and joined into stories. Every record has it. */
export type RecordFacts = { readonly [field in Required]: DecisionRecord[field] } & {
  readonly [field in Optional]?: DecisionRecord[field] | undefined;
};

/** These facts by themselves: a scanner tells other ones when it has read on. */
export const heldFacts = (facts: RecordFacts): RecordFacts => ({
  recordId: facts.recordId,
  time: facts.time,
  uid: facts.uid,
  hook: facts.hook,
  verdict: facts.verdict,
  reason: facts.reason,
  rule: facts.rule,
  operation: facts.operation,
  dryRun: facts.dryRun,
  namespace: facts.namespace,
  user: facts.user,
  policy: facts.policy,
  pod: facts.pod,
  podUid: facts.podUid,
  generateName: facts.generateName,
  owner: facts.owner,
  controllerUid: facts.controllerUid,
  workload: facts.workload,
  tribe: facts.tribe,
  squad: facts.squad,
  profile: facts.profile,
  reinvoked: facts.reinvoked,
});
