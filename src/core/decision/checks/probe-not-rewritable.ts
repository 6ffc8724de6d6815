import type { Check } from '../subject.ts';

/** Does it have a probe or life cycle call that the sidecar could not answer for? */
export const probeNotRewritable: Check<'probe-not-rewritable'> = ({ rendering }) => {
  const problems = rendering().probeProblems;
  return problems.length === 0 ? undefined : { reason: 'probe-not-rewritable', rule: '', problems };
};
