import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { FairTurns, TooManyAtOnce } from '../../src/cluster/dashboard-readers/fair-turns.ts';

const BOUNDS = { mostAtOnce: 4, mostOfOne: 2, mostWaitingOfOne: 5 };
const asker = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('ask' as const), who: asker }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('end' as const), at: fc.nat() }) },
);

interface Asked {
  readonly who: string;
  /** Who began while this one waited. */
  readonly before: string[];
}

/** Lets what was settled be told. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

test('few are under way, and whoever has nothing under way waits for one turn of each other at most', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 80 }), async (steps) => {
      const turns = new FairTurns(BOUNDS);
      const waiting = new Set<Asked>();
      const underWay: { readonly who: string; end(): void }[] = [];
      const all: Promise<unknown>[] = [];
      const of = (who: string) => underWay.filter((one) => one.who === who).length;
      const waitingOf = (who: string) => [...waiting].filter((one) => one.who === who).length;
      let refused = 0;
      const ask = (who: string) => {
        const asked: Asked = { who, before: [] };
        const mayWait = waitingOf(who) < BOUNDS.mostWaitingOfOne;
        const isFirst = of(who) === 0 && waitingOf(who) === 0;
        if (mayWait) waiting.add(asked);
        else refused += 1;
        const work = () => {
          waiting.delete(asked);
          for (const other of waiting) other.before.push(who);
          if (isFirst)
            for (const other of 'abcde') expect(asked.before.filter((one) => one === other).length).toBeLessThan(2);
          const { promise, resolve } = Promise.withResolvers<void>();
          underWay.push({ who, end: resolve });
          expect(underWay.length).toBeLessThanOrEqual(BOUNDS.mostAtOnce);
          expect(of(who)).toBeLessThanOrEqual(BOUNDS.mostOfOne);
          return promise;
        };
        all.push(
          turns.take(who, work).catch((error: unknown) => {
            expect([error instanceof TooManyAtOnce, mayWait]).toEqual([true, false]);
            refused -= 1;
          }),
        );
      };
      const end = async (at: number) => {
        underWay.splice(at % underWay.length, 1)[0]?.end();
        await settled();
      };
      for (const one of steps) {
        if (one.do === 'ask') ask(one.who);
        else if (underWay.length > 0) await end(one.at);
        await settled();
        // no place is left empty while somebody may have it
        const mayBegin = [...waiting].some(({ who }) => of(who) < BOUNDS.mostOfOne);
        expect(mayBegin && underWay.length < BOUNDS.mostAtOnce).toBe(false);
      }
      while (underWay.length > 0) await end(0);
      await Promise.all(all);
      expect([waiting.size, refused]).toEqual([0, 0]);
    }),
  );
});
