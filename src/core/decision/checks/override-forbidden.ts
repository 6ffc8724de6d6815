import { refusedExcesses } from '../guardrails.ts';
import type { Check } from '../subject.ts';

/** Does it override more of the sidecar than it may? */
export const overrideForbidden: Check<'override-forbidden'> = (subject) => {
  const beyond = refusedExcesses(subject, 'key');
  const problems = [...subject.rendering().overrideProblems, ...beyond];
  if (problems.length === 0) return undefined;
  return { reason: 'override-forbidden', rule: beyond[0]?.rule ?? '', problems };
};
