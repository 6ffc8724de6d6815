import { type LabelRequirement, type LabelSelector, requirementsOf } from './label-selector.ts';

/**
 * The key of which a selector asks what no labels can be, so that it matches nothing.
 * @returns undefined where some labels meet it
 */
export function contradictionIn(selector: LabelSelector): string | undefined {
  const byKey = new Map<string, LabelRequirement[]>();
  for (const requirement of requirementsOf(selector)) {
    const known = byKey.get(requirement.key);
    if (known === undefined) byKey.set(requirement.key, [requirement]);
    else known.push(requirement);
  }
  return [...byKey].find(([, requirements]) => !canBeMet(requirements))?.[0];
}

/** Whether one label, or its absence, meets all of these requirements of one key. */
function canBeMet(requirements: readonly LabelRequirement[]): boolean {
  const absentWill = requirements.every(({ operator }) => operator === 'DoesNotExist' || operator === 'NotIn');
  if (absentWill) return true;
  if (requirements.some(({ operator }) => operator === 'DoesNotExist')) return false;
  const wanted = requirements.flatMap((one) => (one.operator === 'In' ? [one.values] : []));
  const [first, ...others] = wanted;
  // a label that only has to exist can have a value that none of the others forbids
  if (first === undefined) return true;
  const forbidden = new Set(requirements.flatMap((one) => (one.operator === 'NotIn' ? one.values : [])));
  return first.some((value) => !forbidden.has(value) && others.every((values) => values.includes(value)));
}
