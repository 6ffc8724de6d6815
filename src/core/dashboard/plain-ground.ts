import { isoDay } from '../json/iso-time.ts';
import type { Namespace } from '../kubernetes/namespace.ts';
import type { ActivePolicy } from '../policy/active-policy.ts';
import { loadPolicy, type Source } from '../policy/load.ts';
import { problemLine } from '../problem/problem.ts';
import type { PlaygroundAnswer, PlaygroundQuestion } from './playground.ts';
import { playgroundOf } from './playground-of.ts';

/** What is in force where something is tried, in a form that goes from one thread to another. */
export interface PlainGround {
  /** The policy in force with its profiles and plan, as `trialBase` has them. */
  readonly base: readonly Source[];
  readonly ownNamespace: string;
  /** Those that the asker may see. */
  readonly namespaces: readonly Namespace[];
  readonly nowMs: number;
}

/** Tries manifests as `playgroundOf` does, by a policy in force that is read anew. */
export function playgroundOn(question: PlaygroundQuestion, ground: PlainGround): PlaygroundAnswer {
  const { base, ownNamespace, namespaces, nowMs } = ground;
  const now = new Date(nowMs);
  const byName = new Map(namespaces.map((namespace) => [namespace.name, namespace]));
  return playgroundOf(question, {
    ...{ active: policyOn(ground, now), base, ownNamespace, now },
    namespaceOf: (name) => byName.get(name),
  });
}

/**
 * The policy in force, made ready once more.
 * @throws Error where its own text is refused
 */
export function policyOn({ base, ownNamespace }: Pick<PlainGround, 'base' | 'ownNamespace'>, now: Date): ActivePolicy {
  const loaded = loadPolicy(base, { ownNamespace, today: isoDay(now) });
  if ('active' in loaded) return loaded.active;
  throw new Error(`the policy in force cannot be read anew: ${loaded.problems.map(problemLine).join('; ')}`);
}
