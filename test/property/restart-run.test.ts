import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Health } from '../../src/core/rollout/health.ts';
import {
  begun,
  due,
  isOver,
  looked,
  newRun,
  notBegun,
  progressOf,
  type RestartRun,
  underway,
} from '../../src/core/rollout/restart-run.ts';

const health: fc.Arbitrary<Health> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Health>({ state: 'rolling', says: '1 of 2 pods are new' }) },
  { weight: 4, arbitrary: fc.constant<Health>({ state: 'complete' }) },
  { weight: 1, arbitrary: fc.constant<Health>({ state: 'broken', says: 'it crashes' }) },
);

/** What happens to a run: which of those that are due cannot begin, and what is seen of those that are underway. */
const story = fc.record({
  namespaces: fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 12 }),
  namespacesAtOnce: fc.integer({ min: 1, max: 4 }),
  seen: fc.infiniteStream(health),
  refuses: fc.infiniteStream(fc.integer({ min: 0, max: 9 })),
  pausesMs: fc.infiniteStream(fc.integer({ min: 0, max: 400 })),
});

const WITHIN_MS = 1_000;

interface Told {
  readonly ends: RestartRun;
  readonly begunInTurn: readonly string[];
}

type Story = typeof story extends fc.Arbitrary<infer T> ? T : never;

function tell({ namespaces, namespacesAtOnce, seen, refuses, pausesMs }: Story): Told {
  const restarts = namespaces.map((namespace, index) => ({ key: `${namespace}/${index}`, namespace }));
  let run = newRun(restarts, { namespacesAtOnce, withinMs: WITHIN_MS });
  const begunInTurn: string[] = [];
  let nowMs = 0;
  const failed = () => run.restarts.some(({ key }) => progressOf(run, key).phase === 'failed');
  for (let turn = 0; !isOver(run); turn++) {
    if (turn > 1_000) throw new Error('it has no end');
    while (due(run).length > 0) {
      const [{ key } = { key: '' }] = due(run);
      expect(failed()).toBe(false);
      expect(begunInTurn).not.toContain(key);
      const refused = refuses.next().value === 0;
      if (!refused) begunInTurn.push(key);
      run = refused ? notBegun(run, key, 'refused') : begun(run, key, nowMs);
    }
    const busy = underway(run).map(({ namespace }) => namespace);
    expect(new Set(busy).size).toBe(busy.length);
    expect(busy.length).toBeLessThanOrEqual(namespacesAtOnce);
    nowMs += pausesMs.next().value;
    for (const { key } of underway(run)) run = looked(run, key, seen.next().value, nowMs);
  }
  return { ends: run, begunInTurn };
}

test('never two of one namespace, never more namespaces than told, none after a failure, each once, and it ends', () => {
  fc.assert(
    fc.property(story, (told) => {
      const { ends, begunInTurn } = tell(told);
      const phases = ends.restarts.map(({ key }) => progressOf(ends, key).phase);
      expect(phases).not.toContain('underway');
      if (!phases.includes('failed')) expect(phases.every((phase) => phase === 'done')).toBe(true);
      const done = ends.restarts.filter(({ key }) => progressOf(ends, key).phase === 'done');
      expect(done.every(({ key }) => begunInTurn.includes(key))).toBe(true);
    }),
  );
});

test('as many namespaces as told are underway while there is work in them', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', 'b', 'c', 'd')), fc.integer({ min: 1, max: 5 }), (namespaces, most) => {
      const restarts = namespaces.map((namespace, index) => ({ key: String(index), namespace }));
      const first = due(newRun(restarts, { namespacesAtOnce: most, withinMs: WITHIN_MS }));
      expect(first).toHaveLength(Math.min(most, new Set(namespaces).size));
      // those in front come first
      expect(first[0]?.key).toBe(restarts[0]?.key);
    }),
  );
});

test('what takes too long has failed, and says how far it was', () => {
  const run = begun(newRun([{ key: 'a', namespace: 'a' }], { namespacesAtOnce: 1, withinMs: WITHIN_MS }), 'a', 500);
  const rolling: Health = { state: 'rolling', says: '1 of 2 pods are new' };
  expect(progressOf(looked(run, 'a', rolling, 1_499), 'a').phase).toBe('underway');
  expect(progressOf(looked(run, 'a', rolling, 1_500), 'a')).toEqual({
    phase: 'failed',
    says: 'not complete after 1 s: 1 of 2 pods are new',
  });
  expect(progressOf(looked(run, 'a', { state: 'complete' }, 9_000), 'a')).toEqual({ phase: 'done', tookMs: 8_500 });
});
