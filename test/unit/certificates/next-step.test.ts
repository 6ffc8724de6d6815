import { expect, test } from '@jest/globals';
import { nextStep, type StandingAuthorities, type Step } from '../../../src/core/certificates/next-step.ts';
import { certificate, DAY_MS, NOW_MS, signing, standing } from './standing.ts';

const step = (
  secret: StandingAuthorities | undefined,
  more: { readonly nextSettled?: boolean; readonly knewAuthorities?: boolean } = {},
): Step => nextStep(secret, { nowMs: NOW_MS, nextSettled: false, knewAuthorities: false, ...more });

const expired = signing('current', 0);
const early = { ...signing('current'), certificate: { ...certificate('current'), notBeforeMs: NOW_MS + 1 } };
const unusable = { current: undefined, faults: ['tls.key: is missing'], keyless: [certificate('current')] };

test.each<[string, Step, StandingAuthorities | undefined]>([
  ['there is no Secret', { kind: 'issue', cause: 'absent' }, undefined],
  ['the authority cannot sign', { kind: 'issue', cause: 'broken' }, standing(unusable)],
  [
    'the authority cannot sign, the next one can',
    { kind: 'promote', cause: 'broken' },
    standing({ ...unusable, next: signing('next') }),
  ],
  ['neither can', { kind: 'issue', cause: 'broken' }, standing({ ...unusable, next: signing('next', 0) })],
  ['the authority has ended', { kind: 'issue', cause: 'expired' }, standing({ current: expired })],
  ['the authority has not begun', { kind: 'issue', cause: 'expired' }, standing({ current: early })],
  [
    'it has ended, the next one stands',
    { kind: 'promote', cause: 'expired' },
    standing({ current: expired, next: signing('next') }),
  ],
  ['both have ended', { kind: 'issue', cause: 'expired' }, standing({ current: expired, next: signing('next', 0) })],
  ['something else cannot be used', { kind: 'mend' }, standing({ faults: ['previous.crt: holds something else'] })],
  ['the next one has ended', { kind: 'mend' }, standing({ next: signing('next', 0) })],
  ['the bundle is another', { kind: 'mend' }, standing({ bundleStands: false })],
  [
    'the authority ends in 30 days',
    { kind: 'add-next', cause: 'ending' },
    standing({ current: signing('current', 30) }),
  ],
  ['somebody asks for a rotation', { kind: 'add-next', cause: 'asked' }, standing({ rotationAsked: true })],
  ['somebody asks again during one', { kind: 'mend' }, standing({ rotationAsked: true, next: signing('next') })],
  [
    'no leaf of the previous one is left',
    { kind: 'drop-previous' },
    standing({ previous: [certificate('old')], previousUntilMs: NOW_MS }),
  ],
  ['the previous one has ended', { kind: 'drop-previous' }, standing({ previous: [certificate('old', 0)] })],
  ['nothing is the matter', { kind: 'stand', untilMs: NOW_MS + 270 * DAY_MS }, standing()],
  [
    'the next one waits until it is trusted',
    { kind: 'stand', untilMs: NOW_MS + 5 * DAY_MS },
    standing({ current: signing('current', 5), next: signing('next') }),
  ],
  [
    'leaves of the previous one may be left',
    { kind: 'stand', untilMs: NOW_MS + DAY_MS },
    standing({ previous: [certificate('old')], previousUntilMs: NOW_MS + DAY_MS }),
  ],
  [
    'nobody knows how long leaves of the previous one last',
    { kind: 'stand', untilMs: NOW_MS + 9 * DAY_MS },
    standing({ previous: [certificate('older', 3), certificate('old', 9)] }),
  ],
])('when %s: %j', (_name, expected, secret) => {
  expect(step(secret)).toEqual(expected);
});

test('a Secret that is gone was deleted, where authorities were known before', () => {
  expect(step(undefined, { knewAuthorities: true })).toEqual({ kind: 'issue', cause: 'deleted' });
});

test('the next one is promoted as soon as it has settled, and what is asked meanwhile is not lost', () => {
  const both = { next: signing('next'), rotationAsked: true };
  expect(step(standing(both), { nextSettled: true })).toEqual({ kind: 'promote', cause: 'settled' });
});
