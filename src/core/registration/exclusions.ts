import { type LabelRequirement, requirementsOf } from '../kubernetes/label-selector.ts';
import type { ActivePolicy } from '../policy/active-policy.ts';
import type { Scope } from '../policy/exceptions.ts';
import { all, any, labelsMatch, not } from './cel.ts';
import type { MatchCondition } from './match-condition.ts';

const onPod = ({ podSelector }: Scope): string[] => (podSelector === undefined ? [] : [labelsMatch(podSelector)]);
const onNamespace = ({ namespaceSelector }: Scope): string[] =>
  namespaceSelector === undefined ? [] : [labelsMatch(namespaceSelector, 'namespaceObject.metadata.labels')];

/** The pod of a request is one of these. Only a validation can say this: matchConditions see no namespace. */
export const inScope = (scope: Scope): string => all(...onNamespace(scope), ...onPod(scope));

/** No exclusion of the policy is about the pod; nothing when there are none. */
export const notExcluded = ({ exclusions }: ActivePolicy): readonly string[] =>
  exclusions.length === 0 ? [] : [not(any(...exclusions.map(({ scope }) => inScope(scope))))];

/** The part of that which the pod alone tells. */
export function notExcludedByPod({ exclusions }: ActivePolicy): readonly MatchCondition[] {
  const alone = exclusions.filter(({ scope }) => scope.namespaceSelector === undefined);
  if (alone.length === 0) return [];
  return [{ name: 'not-excluded', expression: not(any(...alone.flatMap(({ scope }) => onPod(scope)))) }];
}

/**
 * The part of that which a selector of namespaces can say: of exclusions of whole namespaces by one requirement, as a selector knows
 * no "or". A pod of any other exclusion reaches the hook, which leaves it alone.
 */
export const notExcludedNamespaces = ({ exclusions }: ActivePolicy): readonly LabelRequirement[] =>
  exclusions.flatMap(({ scope: { namespaceSelector, podSelector } }) => {
    if (namespaceSelector === undefined || podSelector !== undefined) return [];
    const [only, ...others] = requirementsOf(namespaceSelector);
    return only === undefined || others.length > 0 ? [] : [opposite(only)];
  });

function opposite(requirement: LabelRequirement): LabelRequirement {
  switch (requirement.operator) {
    case 'Exists':
      return { ...requirement, operator: 'DoesNotExist' };
    case 'DoesNotExist':
      return { ...requirement, operator: 'Exists' };
    case 'In':
      return { ...requirement, operator: 'NotIn' };
    case 'NotIn':
      return { ...requirement, operator: 'In' };
  }
}
