import { expect, test } from '@jest/globals';
import { NOTHING } from '../../../src/core/adoption/counts.ts';
import { leadingGroups } from '../../../src/core/adoption/status/leading-groups.ts';

const group = (eligible: number, name?: string) => {
  const counts = { ...NOTHING, eligible };
  return { ...(name === undefined ? {} : { name }), pods: counts, workloads: counts };
};
const told = (...[by, groups, most]: Parameters<typeof leadingGroups>) =>
  Object.fromEntries(leadingGroups(by, groups, most).map(({ group: name, pods }) => [name, pods.eligible]));

test('the largest stand by themselves, the others are one, and what nobody owns is told beside them', () => {
  const groups = [group(3, 'a'), group(9, 'b'), group(1, 'c'), group(2, '__proto__'), group(7)];
  expect(told('squad', groups, 2)).toEqual({ a: 3, b: 9, other: 3, unowned: 7 });
  expect(Object.entries(told('stage', groups, 9))).toContainEqual(['none', 7]);
});

test('a squad that is really called so counts to those that nobody owns, so that no pod is lost', () => {
  expect(told('squad', [group(3, 'unowned'), group(7), group(1, 'other'), group(4, 'x')], 2)).toEqual({
    unowned: 10,
    x: 4,
    other: 1,
  });
});
