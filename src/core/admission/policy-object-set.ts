import { ACTIVE_POLICY, objectPlace } from '../policy/policy-objects.ts';
import { type Problem, problemLine } from '../problem/problem.ts';
import type { KnownObjects, PolicyObjectChange } from './known-objects.ts';

/**
 * What a change brings that keeps all objects together from deciding, whatever each is by itself: images by tag under a policy that wants
 * digests, a profile or a plan that is refused itself. What kept them from it before stands in the way of no change of the policy, and nothing in
 * that of a profile that may be one step of mending them.
 */
export function problemsBrought(change: PolicyObjectChange, objects: KnownObjects): readonly Problem[] {
  const { kind, name, object } = change;
  const isPolicy = kind === 'InjectionPolicy' && name === ACTIVE_POLICY;
  if (object === undefined || !(isPolicy || kind === 'SidecarProfile')) return [];
  const after = objects.after([change]);
  if ('active' in after) return [];
  const before = objects.after([]);
  if (!isPolicy && !('active' in before)) return [];
  const known = new Set('active' in before ? [] : before.problems.map(problemLine));
  return placedIn(
    change,
    after.problems.filter((problem) => !known.has(problemLine(problem))),
  );
}

/** The problems as whoever changes one object reads them: those of another name it. */
export function placedIn(
  { kind, name }: Pick<PolicyObjectChange, 'kind' | 'name'>,
  problems: readonly Problem[],
): readonly Problem[] {
  const own = objectPlace(kind, name);
  return problems.map((problem) =>
    problem.file === own || problem.file === undefined
      ? { path: problem.path, message: problem.message }
      : { path: '', message: problemLine(problem) },
  );
}
