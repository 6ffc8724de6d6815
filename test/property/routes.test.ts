import { beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { apiServerCel } from '../../src/cli/api-server-cel.ts';
import type { Evaluate } from '../../src/core/routing/conditions.ts';
import { registeredAmong } from '../../src/core/routing/request.ts';
import { routesOf } from '../../src/core/routing/routes.ts';
import { matchingHooks, messagesOf, rendered } from '../core-fixtures/matching-hooks.ts';
import { creation } from './arbitraries/creation.ts';

let evaluate: Evaluate;

beforeAll(async () => {
  evaluate = await apiServerCel();
});

test('the hooks and the in-tree policies that are told are those that an API server asks', () => {
  fc.assert(
    fc.property(creation, ({ pod, policy, namespace }) => {
      const request = { operation: 'CREATE', group: '', resource: 'pods', object: pod, namespace } as const;
      const routes = routesOf(registeredAmong(rendered(policy)), request, request, evaluate);
      const called = (isMutating: boolean) =>
        routes.hooks.flatMap(({ hook, mutating, outcome }) =>
          outcome === 'called' && mutating === isMutating ? [hook] : [],
        );
      const expected = matchingHooks(policy, pod, namespace);
      expect(called(true)).toEqual(expected.MutatingWebhookConfiguration);
      expect(called(false)).toEqual(expected.ValidatingWebhookConfiguration);
      for (const { policy: name, messages, actions } of routes.policies) {
        expect([...messages]).toEqual(messagesOf(policy, name, { resource: 'pods', object: pod, namespace }));
        expect(actions.length).toBeGreaterThan(0);
      }
    }),
    { numRuns: 300 },
  );
});

test.each([
  ['a label that an objectSelector wants', { objectSelector: { matchLabels: { mesh: 'on' } } }, 'objectSelector'],
  [
    'a namespace by its name',
    { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'bank' } } },
    'namespaceSelector',
  ],
])('a hook that somebody narrowed by hand is told to be out: %s', (_, selectors, by) => {
  const rules = [{ apiGroups: ['*'], operations: ['*'], resources: ['*/*'], scope: '*' }];
  const hook = { name: 'inject.pillion.io', rules, failurePolicy: 'Fail', ...selectors };
  const metadata = { name: 'zz-pillion-inject' };
  const configurations = [{ kind: 'MutatingWebhookConfiguration', metadata, webhooks: [hook] }];
  const namespace = { name: 'shop', labels: {} };
  const request = { operation: 'CREATE', group: '', resource: 'pods', object: {}, namespace } as const;
  const { hooks } = routesOf({ configurations, policies: [], bindings: [] }, request, request, evaluate);
  expect(hooks).toMatchObject([{ outcome: 'not-called', unselected: { by } }]);
});

test.each([
  ['Fail', 'refused'],
  ['Ignore', 'not-called'],
])('a condition that fails is told as such: %s', (failurePolicy, outcome) => {
  const rules = [{ apiGroups: [''], operations: ['CREATE'], resources: ['pods'], scope: 'Namespaced' }];
  const matchConditions = [{ name: 'broken', expression: 'object.spec.absent == 1' }];
  const hook = { name: 'inject.pillion.io', rules, failurePolicy, matchConditions };
  const configurations = [{ kind: 'MutatingWebhookConfiguration', metadata: { name: 'x' }, webhooks: [hook] }];
  const namespace = { name: 'shop', labels: {} };
  const request = { operation: 'CREATE', group: '', resource: 'pods', object: { spec: {} }, namespace } as const;
  const { hooks } = routesOf({ configurations, policies: [], bindings: [] }, request, request, evaluate);
  expect(hooks).toMatchObject([{ outcome, conditions: [{ name: 'broken', holds: 'fails' }] }]);
});
