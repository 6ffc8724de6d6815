import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MemoryRoom, NoRoom } from '../../src/server/dashboard/memory-room.ts';

const step = fc.oneof(
  fc.record({ do: fc.constant('take' as const), most: fc.integer({ min: 48, max: 400 }), beside: fc.nat({ max: 1 }) }),
  // a thread takes some of what it was promised
  fc.record({ do: fc.constant('grow' as const), at: fc.nat(), by: fc.nat({ max: 400 }) }),
  fc.record({ do: fc.constant('end' as const), at: fc.nat() }),
);

test('threads take together no more than there is, whether they have taken it already or not', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 50, max: 2_000 }),
      fc.integer({ min: 20, max: 300 }),
      fc.array(step),
      (limit, own, steps) => {
        const threads: { readonly heap: number; taken: number; giveBack(): void }[] = [];
        const taken = () => threads.reduce((sum, thread) => sum + thread.taken, own);
        const room = new MemoryRoom({ limit, taken });
        for (const one of steps) {
          const thread = 'at' in one ? threads[one.at % Math.max(1, threads.length)] : undefined;
          if (one.do === 'take')
            try {
              threads.push({ ...room.take(one.most, one.beside), taken: 0 });
            } catch (error) {
              expect(error).toBeInstanceOf(NoRoom);
            }
          else if (thread === undefined) continue;
          else if (one.do === 'grow') thread.taken = Math.min(thread.heap, one.by);
          else {
            threads.splice(threads.indexOf(thread), 1);
            thread.giveBack();
          }
          const promised = threads.reduce((sum, { heap }) => sum + heap, own);
          expect(threads.length === 0 || promised <= limit).toBe(true);
        }
      },
    ),
  );
});

test('a lone thread has all that it wants where there is enough, and where nothing bounds it', () => {
  for (const limit of [undefined, 1_000])
    expect(new MemoryRoom({ limit, taken: () => 130 }).take(160, 1).heap).toBe(160);
});
