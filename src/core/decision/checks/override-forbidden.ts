import type { Check } from '../subject.ts';

/** Does it override more of the sidecar than it may? */
export const overrideForbidden: Check<'override-forbidden'> = ({ rendering }) => {
  const problems = rendering().overrideProblems;
  return problems.length === 0 ? undefined : { reason: 'override-forbidden', rule: '', problems };
};
