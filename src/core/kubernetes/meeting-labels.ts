import { type LabelRequirement, type LabelSelector, matcher, requirementsOf } from './label-selector.ts';
import type { Labels } from './pod.ts';

/** For a label that has to be there, whatever its value; the second where the first is one of those that it may not be. */
const ANY_VALUES = ['pillion-doctor', 'pillion-doctor-2'];

/** Few labels that a selector selects, none where that asks for none; undefined where there is none to be found. */
export function labelsMeeting(selector: LabelSelector): Labels | undefined {
  const byKey = new Map<string, LabelRequirement[]>();
  for (const requirement of requirementsOf(selector))
    byKey.set(requirement.key, [...(byKey.get(requirement.key) ?? []), requirement]);
  const labels = Object.fromEntries(
    [...byKey].flatMap(([key, requirements]) => {
      const isDemanded = requirements.some(({ operator }) => operator === 'In' || operator === 'Exists');
      const value = isDemanded ? valueMeeting(key, requirements) : undefined;
      return value === undefined ? [] : [[key, value] as const];
    }),
  );
  return matcher(selector)(labels) ? labels : undefined;
}

function valueMeeting(key: string, requirements: readonly LabelRequirement[]): string | undefined {
  const named = requirements.flatMap((each) => (each.operator === 'In' ? each.values : []));
  const meets = matcher({ matchExpressions: [...requirements] });
  return [...named, ...ANY_VALUES].find((value) => meets(Object.fromEntries([[key, value]])));
}
