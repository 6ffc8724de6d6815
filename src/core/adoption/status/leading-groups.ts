import { type Counts, sumOf } from '../counts.ts';
import type { AdoptionGroup, Grouping } from './groups.ts';

/** The pods of one group, under the name by which it is told. */
export interface NamedCounts {
  readonly group: string;
  readonly pods: Counts;
}

/** What is told in place of a name, for what belongs to no group. */
const NAMELESS: Readonly<Record<Grouping, string>> = {
  namespace: 'none',
  tribe: 'unowned',
  squad: 'unowned',
  stage: 'none',
  environment: 'none',
};

/** The sum of the groups that are not told by themselves. */
const OTHERS = 'other';

/** The groups with the most eligible pods by themselves, and all others as one, so that nothing is dropped. What nobody owns is always told. */
export function leadingGroups(by: Grouping, groups: readonly AdoptionGroup[], most: number): readonly NamedCounts[] {
  const bySize = groups.toSorted((one, other) => other.pods.eligible - one.pods.eligible);
  const leading = new Set(bySize.filter(({ name }) => name !== undefined).slice(0, most));
  const told = new Map<string, Counts>();
  for (const group of groups) {
    const name = group.name === undefined ? NAMELESS[by] : leading.has(group) ? group.name : OTHERS;
    const before = told.get(name);
    told.set(name, before === undefined ? group.pods : sumOf([before, group.pods]));
  }
  return [...told].map(([group, pods]) => ({ group, pods }));
}
