import { explanationOf } from '../decision/reasons.ts';
import type { JudgedPod } from './judged-pod.ts';

/** Something that those who own a workload should know, once for all its pods. */
export interface Notice {
  readonly namespace: string;
  /** Such as `Deployment/web`. */
  readonly owner: string;
  /** The name of one of its pods, by which the owner is found. */
  readonly pod: string;
  /** A reason or the code of a hint, kebab-case. */
  readonly code: string;
  readonly note: string;
}

// the API server takes 1,024 characters
const LONGEST_NOTE = 1_000;

/**
 * What is to be told of a pod: that it asks for a sidecar and has none, why that is, and every near miss. Nobody is told of a pod that does not
 * ask and is left alone.
 */
export function noticesOf(judged: JudgedPod): readonly Notice[] {
  const { namespace, owner, pod, state, reason, decision, asks } = judged;
  const about = (code: string, note: string): Notice => ({ namespace, owner, pod, code, note: cut(note) });
  const hints = decision.hints
    .filter(({ auditOnly }) => auditOnly !== true)
    .map(({ code, message }) => about(code, message));
  if (state === 'missing')
    return [
      about(
        'sidecar-missing',
        `${pod} asks for a sidecar and runs without: it was created while Pillion was not asked. Restart the workload to give it one.`,
      ),
      ...hints,
    ];
  if (!asks || state === 'injected') return state === 'injected' ? [] : hints;
  // says the same of a closed namespace, and more
  if (hints.some(({ code }) => code === 'marker-in-closed-namespace')) return hints;
  if (state === 'not-wanted' || state === 'refused') return [about(reason, standingInTheWay(judged)), ...hints];
  return hints;
}

function standingInTheWay({ pod, state, reason, decision }: JudgedPod): string {
  const { sentence, hint } = explanationOf(reason);
  const told = decision.problems.map(({ path, message }) => `${path} ${message}`).join('; ');
  const what = state === 'refused' ? 'runs, and would be refused today' : 'asks for a sidecar and gets none';
  return `${pod} ${what}, because ${sentence}${told === '' ? '' : `: ${told}`}. ${hint}`;
}

const cut = (note: string): string => (note.length > LONGEST_NOTE ? `${note.slice(0, LONGEST_NOTE - 3)}...` : note);
