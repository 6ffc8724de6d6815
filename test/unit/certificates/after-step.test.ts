import { expect, test } from '@jest/globals';
import { afterStep, needsAuthority, type StepMaterial } from '../../../src/core/certificates/after-step.ts';
import { bundleOf } from '../../../src/core/certificates/authority.ts';
import { nextStep, type StandingAuthorities, type Step } from '../../../src/core/certificates/next-step.ts';
import { certificate, DAY_MS, NOW_MS, signing, standing } from './standing.ts';

const material: StepMaterial = {
  nowMs: NOW_MS,
  trustedBefore: [],
  leafServedMs: 7 * DAY_MS,
  issued: signing('issued'),
};
const bundle = (step: Step, secret: StandingAuthorities | undefined, more: Partial<StepMaterial> = {}): string =>
  bundleOf(afterStep(step, secret, { ...material, ...more }))
    .trim()
    .replaceAll('\n', ' ');

const next = signing('next');
const old = certificate('old');

test.each<[string, string, Step, StandingAuthorities | undefined, Partial<StepMaterial>?]>([
  ['the first authority', 'issued', { kind: 'issue', cause: 'absent' }, undefined],
  [
    'a deleted Secret: what this process trusted stays trusted, unless it has ended',
    'issued before',
    { kind: 'issue', cause: 'deleted' },
    undefined,
    { trustedBefore: [certificate('before'), certificate('ended', 0)] },
  ],
  [
    'a lost key: its certificate stays trusted, once',
    'issued current old',
    { kind: 'issue', cause: 'broken' },
    standing({ current: undefined, keyless: [certificate('current')], previous: [old] }),
    { trustedBefore: [certificate('current')] },
  ],
  [
    'an ended authority is not kept',
    'issued',
    { kind: 'issue', cause: 'expired' },
    standing({ current: signing('current', 0) }),
  ],
  ['the next one joins', 'current issued', { kind: 'add-next', cause: 'asked' }, standing()],
  [
    'the next one joins a previous one',
    'current issued old',
    { kind: 'add-next', cause: 'ending' },
    standing({ previous: [old] }),
  ],
  [
    'the next one takes over',
    'next current old',
    { kind: 'promote', cause: 'settled' },
    standing({ next, previous: [old] }),
  ],
  ['previous ones go', 'current next', { kind: 'drop-previous' }, standing({ next, previous: [old] })],
  ['mending keeps what can be used', 'current next old', { kind: 'mend' }, standing({ next, previous: [old] })],
  ['mending drops a next one that has ended', 'current', { kind: 'mend' }, standing({ next: signing('next', 0) })],
  [
    'of many previous ones the newest stay',
    'next current 1 2 3',
    { kind: 'promote', cause: 'settled' },
    standing({ next, previous: ['1', '2', '3', '4'].map((name) => certificate(name)) }),
  ],
])('%s: the bundle is "%s"', (_name, expected, step, secret, ...more) => {
  expect(bundle(step, secret, more[0])).toBe(expected);
});

test('the key of what no longer signs is thrown away, and a leaf of it stays trusted as long as it can be served', () => {
  const after = afterStep({ kind: 'promote', cause: 'settled' }, standing({ next }), material);
  expect(after).toEqual({
    current: next,
    next: undefined,
    previous: [certificate('current')],
    previousUntilMs: NOW_MS + 7 * DAY_MS,
  });
});

test('whatever a Secret holds, a few steps later nothing is to be done but to wait', () => {
  const parts = {
    current: [signing('current'), signing('current', 0), signing('current', 20), undefined],
    next: [undefined, signing('next'), signing('next', 0)],
    previous: [[], [old], [certificate('ended', 0)]],
    previousUntilMs: [undefined, NOW_MS, NOW_MS + DAY_MS],
    faults: [[], ['something']],
    rotationAsked: [true, false],
    bundleStands: [true, false],
  };
  let secrets: Partial<StandingAuthorities>[] = [{}];
  for (const [key, values] of Object.entries(parts))
    secrets = secrets.flatMap((secret) => (values as readonly unknown[]).map((value) => ({ ...secret, [key]: value })));
  expect(secrets).toHaveLength(4 * 3 * 3 * 3 * 2 * 2 * 2);
  for (const start of secrets) {
    let secret = standing(start);
    const kinds: string[] = [];
    for (;;) {
      const step = nextStep(secret, { nowMs: NOW_MS, nextSettled: true, knewAuthorities: true });
      kinds.push(step.kind);
      if (step.kind === 'stand') break;
      if (kinds.length > 6) throw new Error(`no end: ${kinds.join(', ')} from ${JSON.stringify(start)}`);
      const issued = needsAuthority(step) ? { issued: signing(`issued ${kinds.length}`) } : {};
      const { issued: _, ...rest } = material;
      secret = standing(afterStep(step, secret, { ...rest, ...issued }));
    }
    expect(secret.current?.certificate.notAfterMs).toBeGreaterThan(NOW_MS + 30 * DAY_MS);
  }
});
