import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { digest } from '../../src/core/json/canonical.ts';
import { admitted } from '../core-fixtures/admissions.ts';
import { policyWith } from '../core-fixtures/policies.ts';
import { creation } from './arbitraries/creation.ts';
import { asJson } from './arbitraries/json.ts';
import { namespaceJson } from './arbitraries/namespaces.ts';
import { incomingPod } from './arbitraries/pods.ts';
import { policyChanges } from './arbitraries/policies.ts';

const hook = fc.constantFrom('inject' as const, 'warn' as const);

test('equal input gives byte-identical output', () => {
  const input = fc.record({ incoming: incomingPod, namespace: namespaceJson, changes: policyChanges, hook });
  fc.assert(
    fc.property(input, (input) => {
      const run = ({ incoming, namespace, changes, hook }: typeof input) =>
        JSON.stringify(
          admitted(incoming.pod, {
            policy: policyWith(changes),
            namespace: namespace.name,
            namespaceLabels: namespace.labels,
            hook,
          }),
        );
      expect(run(structuredClone(input))).toBe(run(input));
    }),
    { numRuns: 150 },
  );
});

test('the order of keys is irrelevant: the whole answer and the record are byte-identical', () => {
  fc.assert(
    fc.property(creation, hook, fc.nat(), ({ pod, policy, circumstances }, hook, seed) => {
      // as Istio, a container that asks for another shape of ours is stored as it was sent; an API server has one order
      fc.pre(!policy.activeProfiles.some(({ mayStandAlone }) => mayStandAlone));
      const answer = JSON.stringify(admitted(pod, { ...circumstances, hook }));
      expect(JSON.stringify(admitted(reordered(pod, seed), { ...circumstances, hook }))).toBe(answer);
    }),
    { numRuns: 300 },
  );
});

test('a pod is never changed in place', () => {
  fc.assert(
    fc.property(creation, ({ pod, circumstances }) => {
      const before = asJson(pod);
      admitted(deeplyFrozen(pod), circumstances);
      expect(pod).toEqual(before);
    }),
  );
});

/** The same value, the keys of every object in an order that the seed says. */
function reordered<T>(value: T, seed: number): T {
  if (Array.isArray(value)) return value.map((item: unknown) => reordered(item, seed)) as T;
  if (typeof value !== 'object' || value === null) return value;
  const place = ([key]: [string, unknown]): string => digest(`${seed} ${key}`);
  const entries = Object.entries(value).sort((a, b) => (place(a) < place(b) ? -1 : 1));
  return Object.fromEntries(entries.map(([key, nested]) => [key, reordered(nested, seed)])) as T;
}

function deeplyFrozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  Object.values(value).forEach(deeplyFrozen);
  return Object.freeze(value);
}
