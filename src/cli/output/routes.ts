import picocolors from 'picocolors';
import { printable } from '../../core/problem/printable.ts';
import type { JudgedCondition } from '../../core/routing/conditions.ts';
import type { HookRoute, PolicyRoute, Routes } from '../../core/routing/routes.ts';
import type { Unselected } from '../../core/routing/selection.ts';
import type { ExplainedRoutes } from '../explained-routes.ts';

/**
 * How the API server routes what a decision is about, a line for each hook and each in-tree policy.
 * @param all also the hooks beside one that is asked, which are for other namespaces, and every expression
 */
export function routesText({ from, pods, workload, refused }: ExplainedRoutes, all: boolean, colour: boolean): string {
  const paint = picocolors.createColors(colour);
  const head = from === 'cluster' ? 'by what is registered in the cluster' : 'by what this policy would register';
  return [
    `  route   ${paint.dim(head)}`,
    ...linesOf(pods, all).map(textOf),
    ...(refused ? ['          which refuses the pod, so that nothing else is asked about it'] : []),
    ...(workload === undefined ? [] : linesOf(workload, all)).map(textOf),
  ].join('\n');

  function textOf([word, text, expression]: Line): string {
    const isLoud = word === 'asked' || word === 'objects';
    return [
      `          ${(isLoud ? paint.bold : paint.dim)(word.padEnd(10))}${printable(text)}`,
      ...(expression === undefined ? [] : [`                    ${paint.dim(printable(expression))}`]),
    ].join('\n');
  }
}

type Line = readonly [word: string, text: string, expression?: string | undefined];

function linesOf({ hooks, policies }: Routes, all: boolean): readonly Line[] {
  const asking = new Set(hooks.filter(({ outcome }) => outcome === 'called').map(({ configuration }) => configuration));
  const told = hooks.filter(({ outcome, configuration }) => all || outcome === 'called' || !asking.has(configuration));
  return [
    ...told.map(hookLine),
    ...policies.map(policyLine).map(([word, text, expression]): Line => [word, text, all ? expression : undefined]),
  ];
}

const HOOK_WORDS: Readonly<Record<HookRoute['outcome'], string>> = {
  called: 'asked',
  'not-called': 'not asked',
  refused: 'refused',
};

function hookLine({ hook, configuration, outcome, unselected, conditions }: HookRoute): Line {
  const name = `${hook} of ${configuration}`;
  return outcome === 'called'
    ? [HOOK_WORDS[outcome], name]
    : [HOOK_WORDS[outcome], `${name}: ${obstacle(unselected, conditions)}`, deciding(conditions)?.expression];
}

const POLICY_WORDS: Readonly<Record<PolicyRoute['outcome'], string>> = {
  objects: 'objects',
  content: 'content',
  'not-asked': 'not asked',
  fails: 'fails',
};

function policyLine({ policy, actions, outcome, unselected, conditions, messages }: PolicyRoute): Line {
  const name = `${policy}${actions.length === 0 ? ', which nothing puts in force' : ` (${actions.join(', ')})`}`;
  if (outcome === 'content') return [POLICY_WORDS[outcome], name];
  if (outcome === 'objects') return [POLICY_WORDS[outcome], `${name}: ${messages.join('; ')}`];
  const why = messages.length > 0 ? messages.join('; ') : obstacle(unselected, conditions);
  return [POLICY_WORDS[outcome], `${name}: ${why}`, deciding(conditions)?.expression];
}

/** The condition that keeps a request out: one that is false before one that fails. */
const deciding = (conditions: readonly JudgedCondition[]): JudgedCondition | undefined =>
  conditions.find(({ holds }) => holds === false) ?? conditions.find(({ holds }) => holds === 'fails');

function obstacle(unselected: Unselected | undefined, conditions: readonly JudgedCondition[]): string {
  if (unselected !== undefined) return `${unselected.by} wants ${unselected.requirement}`;
  const condition = deciding(conditions);
  if (condition === undefined) return '';
  return condition.holds === 'fails'
    ? `condition ${condition.name} fails: ${condition.message ?? ''}`
    : `condition ${condition.name} does not hold`;
}
