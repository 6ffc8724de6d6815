import type { RolloutStage } from '../api/rollout-plan.ts';
import { type LabelRequirement, requirementsOf } from '../kubernetes/label-selector.ts';
import type { ActivePolicy } from '../policy/active-policy.ts';
import { all, any, labelsMatch, NEVER, namespaceIsOneOf } from './cel.ts';
import type { MatchCondition } from './match-condition.ts';

const coversNamespace = ({ namespaces = [], namespaceSelector }: RolloutStage): string =>
  any(
    ...(namespaces.length === 0 ? [] : [namespaceIsOneOf(namespaces)]),
    ...(namespaceSelector === undefined ? [] : [labelsMatch(namespaceSelector, 'namespaceObject.metadata.labels')]),
  );

const coversPod = ({ podSelector }: RolloutStage): readonly string[] =>
  podSelector === undefined ? [] : [labelsMatch(podSelector)];

const selects = ({ namespaces = [], namespaceSelector }: RolloutStage): boolean =>
  namespaces.length > 0 || namespaceSelector !== undefined;

/**
 * An open stage of the rollout covers the pod; nothing where the policy holds pods to no stage. Only a validation can say this:
 * matchConditions see no namespace.
 */
export function inOpenStage({ stages }: ActivePolicy): readonly string[] {
  if (stages === undefined) return [];
  const covering = stages.open.filter(selects).map((stage) => all(coversNamespace(stage), ...coversPod(stage)));
  return [covering.length === 0 ? NEVER : any(...covering)];
}

/** The part of that which the pod alone tells. */
export function inOpenStageByPod({ stages }: ActivePolicy): readonly MatchCondition[] {
  if (stages === undefined || stages.open.length === 0) return [];
  const selectors = stages.open.map(coversPod);
  if (selectors.some(({ length }) => length === 0)) return [];
  return [{ name: 'in-open-stage', expression: any(...selectors.flat()) }];
}

/** The API server puts the name of each namespace on it as this label. */
const NAME = 'kubernetes.io/metadata.name';

/**
 * The part of that which a selector of namespaces can say: no namespace, those with some names, or those that one stage selects, as a
 * selector knows no "or". A pod that an open stage does not cover in any other case reaches the hook, which leaves it alone.
 */
export function inOpenStageNamespaces({ stages }: ActivePolicy): readonly LabelRequirement[] {
  if (stages === undefined) return [];
  const open = stages.open.filter(selects);
  const [first, second] = open;
  if (first === undefined) return [{ key: NAME, operator: 'DoesNotExist' }];
  if (open.every(({ namespaceSelector }) => namespaceSelector === undefined))
    return [
      { key: NAME, operator: 'In', values: [...new Set(open.flatMap(({ namespaces = [] }) => namespaces))].sort() },
    ];
  if (second !== undefined || first.namespaces !== undefined || first.namespaceSelector === undefined) return [];
  return requirementsOf(first.namespaceSelector);
}
