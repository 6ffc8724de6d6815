import type { ActivePolicy } from '../../src/core/policy/active-policy.ts';
import type { Problem } from '../../src/core/problem/problem.ts';
import { admitted, patched } from '../core-fixtures/admissions.ts';
import type { PodJson } from '../core-fixtures/pods.ts';
import type { Json } from './peer.ts';

/** What `admit` makes of one pod; the hints are told by their codes. */
export type Injected =
  | { readonly kind: 'pod'; readonly pod: Json; readonly hints: readonly string[] }
  | { readonly kind: 'refused'; readonly reason: string; readonly problems: readonly Problem[] };

/** Runs `admit` on the creation of a pod and applies its patch. */
export function injected(pod: Json, namespace: string, policy: ActivePolicy): Injected {
  const answer = admitted(pod, { policy, namespace });
  if (answer.verdict === 'inject' || answer.verdict === 'skip') {
    const hints = (answer.record?.hints ?? []).map(({ code }) => code);
    return { kind: 'pod', pod: patched(pod as PodJson, answer), hints };
  }
  return { kind: 'refused', reason: answer.reason, problems: answer.record?.problems ?? [] };
}
