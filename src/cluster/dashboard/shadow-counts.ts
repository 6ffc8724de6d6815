import type { PolicyView } from '../../core/dashboard/policy.ts';
import type { StandingPolicyObject } from '../policy-objects/standing-objects.ts';
import { replicasOf, type ShadowStatus } from '../policy-objects/written-status.ts';

type Shadow = PolicyView['shadows'][number];

/** What policies in mode Shadow said to all replicas, by what those wrote into their status. */
export function shadowCounts(
  shadows: readonly { readonly name: string; readonly revision: string }[],
  standing: readonly StandingPolicyObject[],
): Shadow[] {
  return shadows.map(({ name, revision }) => {
    const object = standing.find(({ source }) => source.kind === 'InjectionPolicy' && source.name === name);
    const told = (object === undefined ? [] : replicasOf(object)) as readonly Partial<ShadowStatus>[];
    const counting = told.filter((one) => one.revision === revision);
    const sum = (figure: 'decisions' | 'differing') => counting.reduce((all, one) => all + (one[figure] ?? 0), 0);
    return {
      policy: name,
      ...{ revision, decisions: sum('decisions'), differences: sum('differing') },
      byDifference: byDifference(counting.flatMap(({ recent = [] }) => recent)),
    };
  });
}

/** Of the owners that were seen last: how many differ in the same way, and one of them. */
function byDifference(recent: ShadowStatus['recent']): Shadow['byDifference'] {
  const groups = Map.groupBy(recent, ({ before, after }) =>
    before === after ? `${before}, with another sidecar` : `${before} becomes ${after}`,
  );
  return [...groups]
    .map(([difference, owners]) => {
      const named = [...new Set(owners.map(({ namespace, owner }) => `${namespace}: ${owner}`))];
      return { difference, count: named.length, ...(named[0] !== undefined && { example: named[0] }) };
    })
    .sort((one, other) => other.count - one.count);
}
