import { expect, test } from '@jest/globals';
import { mustSignLeaf, renewalOf } from '../../../src/core/certificates/leaf-step.ts';
import { DAY_MS, NOW_MS } from './standing.ts';

const leaf = { issuer: 'current', notBeforeMs: NOW_MS - DAY_MS, renewAtMs: NOW_MS + DAY_MS };
const circumstances = { nowMs: NOW_MS, authority: 'current', authoritySettled: false, trusted: ['current', 'old'] };

test.each<[boolean, string, Partial<typeof leaf> | undefined, Partial<typeof circumstances>]>([
  [true, 'there is none', undefined, {}],
  [false, 'it holds', {}, {}],
  [false, 'it holds, and its authority has settled', {}, { authoritySettled: true }],
  [true, 'it is due', { renewAtMs: NOW_MS }, {}],
  [true, 'the clock of the API server was put back to before it', { notBeforeMs: NOW_MS + 1 }, {}],
  [false, 'another authority signs that is not trusted everywhere yet', { issuer: 'old' }, {}],
  [true, 'another authority signs that is trusted everywhere', { issuer: 'old' }, { authoritySettled: true }],
  [true, 'another authority signs and it is due', { issuer: 'old', renewAtMs: NOW_MS }, {}],
  [true, 'its authority is no longer trusted', { issuer: 'gone' }, {}],
])('%s: a leaf is signed when %s', (expected, _when, parts, more) => {
  const served = parts && { ...leaf, ...parts };
  expect(mustSignLeaf(served, { ...circumstances, ...more })).toBe(expected);
});

test('a leaf is renewed after two thirds of its life, each replica a little earlier than the other', () => {
  const end = NOW_MS + 30 * DAY_MS;
  expect(renewalOf(NOW_MS, end, 0)).toBeCloseTo(NOW_MS + 20 * DAY_MS, -3);
  expect(renewalOf(NOW_MS, end, 0.5)).toBeLessThan(renewalOf(NOW_MS, end, 0));
  expect(renewalOf(NOW_MS, end, 1)).toBeGreaterThan(NOW_MS + 15 * DAY_MS);
});
