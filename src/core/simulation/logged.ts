import type { DecisionRecord } from '../api/decision-record.ts';
import type { Conclusion } from '../decision/decide.ts';
import { REASONS } from '../decision/reasons.ts';

/** What a log tells of a decision about a pod, as far as another policy can be tried on it. */
export interface Logged
  extends Pick<
    DecisionRecord,
    'verdict' | 'reason' | 'rule' | 'also' | 'namespace' | 'profile' | 'checked' | 'inputs'
  > {
  /** What the pod changed about its sidecar; undefined where the log does not tell. */
  readonly settings: DecisionRecord['settings'] | undefined;
}

/** What a policy concluded, by a record: with the verdict error where Pillion failed. */
export type LoggedConclusion = Pick<Logged, 'verdict'> & Omit<Conclusion, 'verdict'>;

/** The decision as the policy made it, before the hook `warn` saw that the pod stands otherwise. */
export function wantedBy({ verdict, reason, rule, also }: LoggedConclusion): LoggedConclusion {
  const [wanted, ...others] = also;
  const foundAfterwards = reason === 'hook-not-called' || reason === 'sidecar-changed-afterwards';
  if (!foundAfterwards || wanted === undefined) return { verdict, reason, rule, also };
  return { verdict: REASONS.get(wanted)?.verdict ?? verdict, reason: wanted, rule, also: others };
}
