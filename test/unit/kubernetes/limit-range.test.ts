import { expect, test } from '@jest/globals';
import { type AmountOf, type Bound, breachesOf, filledIn } from '../../../src/core/kubernetes/limit-range.ts';
import { boundedBy } from '../../../src/core/kubernetes/resource-quota.ts';

type Cpu = Partial<Record<Bound, number>>;
const amountsOf =
  (cpu: Cpu): AmountOf =>
  (bound, resource) =>
    resource === 'cpu' ? cpu[bound] : undefined;

test.each<[string, object, Cpu, Cpu]>([
  ['nothing', {}, {}, {}],
  ['a default of requests alone', { defaultRequest: { cpu: '100m' } }, {}, { requests: 0.1 }],
  ['a default of limits, which is that of requests as well', { default: { cpu: 1 } }, {}, { requests: 1, limits: 1 }],
  ['both', { default: { cpu: '1' }, defaultRequest: { cpu: '100m' } }, {}, { requests: 0.1, limits: 1 }],
  ['the most in place of a default', { max: { cpu: '2' } }, {}, { requests: 2, limits: 2 }],
  ['the least in place of a default of requests', { min: { cpu: '10m' } }, {}, { requests: 0.01 }],
  ['nothing of another resource', { default: { memory: '1Mi' } }, {}, {}],
  ['nothing that is for pods', { type: 'Pod', max: { cpu: '2' } }, {}, {}],
  ['nothing beside own amounts', { default: { cpu: '1' } }, { requests: 3, limits: 4 }, { requests: 3, limits: 4 }],
  [
    'a request like the own limit first',
    { defaultRequest: { cpu: '100m' } },
    { limits: 4 },
    { requests: 4, limits: 4 },
  ],
])('a LimitRange gives a container %s', (_, limit, own, filled) => {
  const of = filledIn(amountsOf(own), [{ type: 'Container', ...limit }]);
  expect({ requests: of('requests', 'cpu'), limits: of('limits', 'cpu') }).toEqual({
    requests: filled.requests,
    limits: filled.limits,
  });
});

test.each<[string, object, Cpu, readonly unknown[]]>([
  ['the least: a request below', { min: { cpu: '1' } }, { requests: 0.5, limits: 2 }, ['min', 'requests', 0.5]],
  ['the least: no request', { min: { cpu: '1' } }, {}, ['min', 'requests', undefined]],
  ['the most: a limit above', { max: { cpu: '1' } }, { requests: 0.5, limits: 2 }, ['max', 'limits', 2]],
  ['the most: no limit', { max: { cpu: '1' } }, { requests: 0.5 }, ['max', 'limits', undefined]],
  ['the ratio: above', { maxLimitRequestRatio: { cpu: '3' } }, { requests: 0.1, limits: 0.4 }, ['limits', 0.4]],
  ['the ratio: no limit', { maxLimitRequestRatio: { cpu: '3' } }, { requests: 0.1 }, ['limits', undefined]],
  ['the ratio: no request', { maxLimitRequestRatio: { cpu: '3' } }, { limits: 0.1 }, ['requests', undefined]],
])('%s is a breach', (_, limit, amounts, expected) => {
  const [breach, ...others] = breachesOf({ ...limit }, amountsOf(amounts));
  const { field, bound, amount } = breach ?? {};
  expect([field, bound, amount].slice(-expected.length)).toEqual(expected);
  expect(others).toEqual([]);
});

test.each<[string, object, Cpu]>([
  ['exactly the least and the most', { min: { cpu: '1' }, max: { cpu: '1' } }, { requests: 1, limits: 1 }],
  ['exactly the ratio', { maxLimitRequestRatio: { cpu: '3' } }, { requests: 0.1, limits: 0.3 }],
  ['what is no quantity', { max: { cpu: 'much' }, min: null }, {}],
])('%s is none', (_, limit, amounts) => {
  expect(breachesOf({ ...limit }, amountsOf(amounts))).toEqual([]);
});

test.each([
  ['cpu', 'requests', 'cpu'],
  ['requests.memory', 'requests', 'memory'],
  ['limits.ephemeral-storage', 'limits', 'ephemeral-storage'],
  ['ephemeral-storage', 'requests', 'ephemeral-storage'],
])('a quota of %s bounds %s of %s', (key, bound, resource) => {
  expect(boundedBy(key)).toEqual({ bound, resource });
});

test.each(['pods', 'requests.storage', 'count/secrets', '__proto__'])('a quota of %s bounds no amount', (key) => {
  expect(boundedBy(key)).toBeUndefined();
});
