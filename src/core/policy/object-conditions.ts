import { fieldsOf } from '../json/fields-of.ts';
import type { Problem } from '../problem/problem.ts';
import { problemLine } from '../problem/problem.ts';
import type { ActivePolicy, PolicySet } from './active-policy.ts';
import { ACTIVE_PLAN } from './plan-object.ts';
import { ACTIVE_POLICY, type ObjectSource } from './policy-objects.ts';

/** What was made of the objects of a cluster. */
export interface JudgedObjects {
  readonly inForce: PolicySet;
  readonly inForceSources: readonly ObjectSource[];
  readonly judged: readonly ObjectSource[];
  readonly problems: readonly Problem[];
  readonly leftOut: readonly Problem[];
}

/** A condition in the status of an object, without its times. */
export interface ObjectCondition {
  readonly type: 'Accepted' | 'InForce';
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
}

// of the 32768 that a condition may have: a list of objects stays readable
const MOST_CHARACTERS = 2_000;

/**
 * What is said about an object in its status: whether it is good, and whether it counts.
 * @returns nothing about one that says something else than what was judged: that is about to be
 */
export function conditionsOf(source: ObjectSource, judgement: JudgedObjects): readonly ObjectCondition[] {
  if (!isAmong(source, judgement.judged)) return [];
  const problems = [...judgement.problems, ...judgement.leftOut].filter(({ file }) => file === source.file);
  const accepted: ObjectCondition =
    problems.length === 0
      ? { type: 'Accepted', status: 'True', reason: 'Valid', message: 'Pillion can use it' }
      : { type: 'Accepted', status: 'False', reason: 'Refused', message: told(problems) };
  return [accepted, { type: 'InForce', ...inForceOf(source, judgement) }];
}

const isAmong = ({ file, text }: ObjectSource, sources: readonly ObjectSource[]): boolean =>
  sources.some((source) => source.file === file && source.text === text);

type InForce = Omit<ObjectCondition, 'type'>;

function inForceOf(source: ObjectSource, { inForce, inForceSources }: JudgedObjects): InForce {
  const { active, shadows } = inForce;
  const counts = isAmong(source, inForceSources);
  if (source.kind === 'RolloutPlan') return planInForce(source, counts, active);
  if (source.kind === 'SidecarProfile') {
    const named = [active, ...shadows].filter(({ spec }) => spec.profiles.some(({ name }) => name === source.name));
    if (named.length === 0) return not('NotNamed', 'no policy that is in force names it');
    if (!counts) return not('LastGoodStays', 'what it said before, when all was good, counts');
    return { status: 'True', reason: 'Named', message: `by ${named.map(({ name }) => name).join(', ')}` };
  }
  if (source.name === ACTIVE_POLICY)
    return counts
      ? { status: 'True', reason: 'Decides', message: `as revision ${active.revision}` }
      : not('LastGoodStays', `revision ${active.revision}, which was good, decides`);
  const shadow = shadows.find(({ name }) => name === source.name);
  if (shadow === undefined || !counts) return not('LeftOut', 'it is asked about no pod');
  return {
    status: 'True',
    reason: 'Shadow',
    message: `asked beside the one that decides, as revision ${shadow.revision}`,
  };
}

function planInForce({ name, text }: ObjectSource, counts: boolean, { stages }: ActivePolicy): InForce {
  if (name !== ACTIVE_PLAN) return not('NotDefault', `only the plan with the name ${ACTIVE_PLAN} counts`);
  if (!counts) return not('LastGoodStays', 'what it said before, when all was good, counts');
  const all = listOf(fieldsOf(fieldsOf(JSON.parse(text)).spec).stages);
  const open = all.filter((stage) => fieldsOf(stage).state === 'Open').length;
  const told = `${open} of ${all.length} stages are open`;
  if (stages === undefined) return not('NotEnforced', `${told}; the policy holds no pod to them`);
  return { status: 'True', reason: 'Enforced', message: told };
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const not = (reason: string, message: string): InForce => ({ status: 'False', reason, message });

function told(problems: readonly Problem[]): string {
  const text = problems.map(({ path, message }) => problemLine({ path, message })).join('; ');
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS - 3)}...` : text;
}
