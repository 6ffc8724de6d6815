import type { Check } from '../subject.ts';

/** Can every annotation that shapes the sidecar be read? All that cannot are named at once. */
export const settingsUnreadable: Check<'invalid-annotation'> = ({ rendering }) => {
  const problems = rendering().annotationProblems;
  return problems.length === 0 ? undefined : { reason: 'invalid-annotation', rule: '', problems };
};
