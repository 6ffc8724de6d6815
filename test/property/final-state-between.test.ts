import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { finalStateBetween } from '../../src/core/registration/final-state-between.ts';
import { messages, messagesOf, rendered } from '../core-fixtures/matching-hooks.ts';
import { creation } from './arbitraries/creation.ts';
import { activePolicy } from './arbitraries/policies.ts';

test('between two policies the API server refuses the pods that both refuse, and no other', () => {
  const seen = { both: 0, one: 0, neither: 0, nothingToBridge: 0 };
  fc.assert(
    fc.property(creation, activePolicy, ({ pod, namespace, policy }, next) => {
      const request = { resource: 'pods', object: pod, namespace };
      const between = finalStateBetween(rendered(policy), rendered(next));
      const before = messagesOf(policy, 'pillion-final-state', request);
      const after = messagesOf(next, 'pillion-final-state', request) ?? [];
      if (between === undefined) {
        expect(before ?? after).toEqual(after);
        seen.nothingToBridge += 1;
        return;
      }
      expect(messages(between, request)).toHaveLength(Math.min((before ?? []).length, after.length));
      const refusing = (before ?? []).length + after.length;
      seen[refusing === 2 ? 'both' : refusing === 1 ? 'one' : 'neither'] += 1;
    }),
    { numRuns: 600 },
  );
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(3);
});

test('every condition of it has a name of its own, as the API server asks', () => {
  fc.assert(
    fc.property(activePolicy, activePolicy, (policy, next) => {
      const names = (finalStateBetween(rendered(policy), rendered(next))?.spec.matchConditions ?? []).map(
        ({ name }) => name,
      );
      expect(new Set(names).size).toBe(names.length);
      expect(names.length).toBeLessThanOrEqual(64);
    }),
  );
});
