import { RolloutPlan } from '../api/rollout-plan.ts';
import type { Problem } from '../problem/problem.ts';
import { planProblems } from '../rollout/plan-problems.ts';
import { lengthProblems, type ObjectSource } from './policy-objects.ts';
import { readValue } from './read-object.ts';

/** The RolloutPlan of a cluster that counts. */
export const ACTIVE_PLAN = 'default';

/** What objects say about the rollout. */
export interface PlanObjects {
  readonly plan?: RolloutPlan;
  /** What makes the plan that counts unreadable, so that nobody can tell which stages are open. */
  readonly problems: readonly Problem[];
  /** What is told and stands in nobody’s way. */
  readonly told: readonly Problem[];
}

/**
 * The plan among the objects of a cluster. What is wrong with it beyond its schema is told, and the stages that are right count: a stage that is
 * named twice must not close all others.
 */
export function planAmong(objects: readonly ObjectSource[]): PlanObjects {
  const plans = objects.filter(({ kind }) => kind === 'RolloutPlan');
  const others = plans.filter(({ name }) => name !== ACTIVE_PLAN).map(otherName);
  const source = plans.find(({ name }) => name === ACTIVE_PLAN);
  if (source === undefined) return { problems: [], told: others };
  const read = readPlanObject(source);
  if ('problems' in read) return { problems: at(source, read.problems), told: others };
  return { plan: read.plan, problems: [], told: [...at(source, planProblems(read.plan)), ...others] };
}

function readPlanObject(
  source: ObjectSource,
): { readonly plan: RolloutPlan } | { readonly problems: readonly Problem[] } {
  const tooLong = lengthProblems(source);
  if (tooLong.length > 0) return { problems: tooLong };
  const read = readValue(RolloutPlan, JSON.parse(source.text));
  return 'problems' in read ? read : { plan: read.value };
}

const at = ({ file }: ObjectSource, problems: readonly Problem[]): readonly Problem[] =>
  problems.map((problem) => ({ ...problem, file }));

const otherName = ({ file }: ObjectSource): Problem => ({
  file,
  path: '/metadata/name',
  message: `is no plan that counts; the one that does has the name ${ACTIVE_PLAN}`,
});
