import { type ClosedNamespace, OPT_IN_RULES } from '../opt-in/rules.ts';
import type { MarkCheck } from '../subject.ts';

/** May the pods of its namespace ask at all? */
export const namespaceClosed: MarkCheck<ClosedNamespace> = ({ pod, namespace, policy }) => {
  const { optIn } = policy.spec;
  const reason = OPT_IN_RULES[optIn.rule](namespace.labels, pod, optIn);
  if (reason === undefined) return undefined;
  return { reason, rule: reason === 'other-revision' ? '/spec/optIn/revision' : '/spec/optIn/namespaceLabel' };
};
