import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ActivePolicy } from '../../src/core/policy/active-policy.ts';
import { finalStateBetween } from '../../src/core/registration/final-state-between.ts';
import type { AdmissionPolicy } from '../../src/core/registration/objects.ts';
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
    { numRuns: 1200 },
  );
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(3);
});

test('when changes follow right on each other it refuses the pods that all of them refuse, and no other', () => {
  const seen = { all: 0, some: 0 };
  fc.assert(
    fc.property(
      creation,
      activePolicy,
      fc.array(fc.boolean(), { minLength: 2, maxLength: 6 }),
      ({ pod, namespace, policy }, other, changes) => {
        const request = { resource: 'pods', object: pod, namespace };
        const policies = [policy, ...changes.map((changed) => (changed ? other : policy))];
        const between = chained(policies);
        if (between === undefined) return;
        const refusing = policies.filter((each) => (messagesOf(each, 'pillion-final-state', request) ?? []).length > 0);
        expect(messages(between, request).length > 0).toBe(refusing.length === policies.length);
        if (refusing.length > 0) seen[refusing.length === policies.length ? 'all' : 'some'] += 1;
      },
    ),
    { numRuns: 400 },
  );
  // about 20 each
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(0);
});

test('every condition of it has a name of its own and of at most 63 characters, as the API server asks', () => {
  fc.assert(
    fc.property(fc.array(activePolicy, { minLength: 2, maxLength: 9 }), (policies) => {
      const names = (chained(policies)?.spec.matchConditions ?? []).map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
      expect(names.length).toBeLessThanOrEqual(64);
      expect(Math.max(0, ...names.map(({ length }) => length))).toBeLessThanOrEqual(63);
    }),
    { numRuns: 30 },
  );
});

/** As the way of one change after another is made: from what stands, which makes way for those before. */
function chained(policies: readonly ActivePolicy[]): AdmissionPolicy | undefined {
  const [first, ...later] = policies.map(rendered);
  let standing = first?.find(isFinalState);
  if (standing === undefined) return undefined;
  for (const next of later) standing = finalStateBetween([standing], next) ?? standing;
  return standing;
}

const isFinalState = (object: { readonly metadata: { readonly name: string } }): object is AdmissionPolicy =>
  object.metadata.name === 'pillion-final-state';
