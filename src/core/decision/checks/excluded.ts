import type { MarkCheck } from '../subject.ts';

/** Does the policy leave it out by name, whatever it asks? */
export const excluded: MarkCheck<'excluded'> = ({ pod, namespace, policy }) => {
  const exclusion = policy.exclusions.find(({ matches }) => matches(pod, namespace));
  if (exclusion === undefined) return undefined;
  const { rule, reason, expires } = exclusion;
  return {
    reason: 'excluded',
    rule,
    hints: [{ code: 'exclusion-ends', message: `excluded until ${expires}: ${reason}` }],
  };
};
