import { expect, test } from '@jest/globals';
import { KeptReading, StillReading } from '../../../src/cluster/dashboard/kept-reading.ts';

const isGood = (_: string): boolean => true;

/** A reading whose end the test says, and a clock of its own. */
function reading({ patienceMs = 60_000, firstPatienceMs = 60_000, holds = isGood } = {}) {
  let elapsed = 0;
  const begun: PromiseWithResolvers<string>[] = [];
  const kept = new KeptReading({
    read: () => {
      const one = Promise.withResolvers<string>();
      begun.push(one);
      return one.promise;
    },
    ...{ periodMs: 60_000, patienceMs, firstPatienceMs, holds, elapsedMs: () => elapsed },
    progress: () => '400 pods so far',
  });
  return {
    ...{ kept, begun },
    pass: (ms: number) => {
      elapsed += ms;
    },
    /** Ends the last one as it is asked for. */
    ended: async (text: string, asked = kept.get()) => {
      begun.at(-1)?.resolve(text);
      return await asked;
    },
  };
}

test('nothing is read before somebody asks, and one reading serves all who ask at once and a while later', async () => {
  const { kept, begun, pass } = reading();
  expect(begun).toHaveLength(0);
  const asked = [kept.get(), kept.get(), kept.get()];
  begun[0]?.resolve('first');
  expect(await Promise.all(asked)).toEqual([{ value: 'first' }, { value: 'first' }, { value: 'first' }]);
  pass(59_999);
  expect(await kept.get()).toEqual({ value: 'first' });
  expect(begun).toHaveLength(1);
});

test('what is too old is read again, and who asks gets the new one', async () => {
  const { begun, pass, ended } = reading();
  await ended('first');
  pass(60_000);
  expect(await ended('second')).toEqual({ value: 'second' });
  expect(begun).toHaveLength(2);
});

test('while a reading takes long, what was read before is served', async () => {
  const { kept, begun, pass, ended } = reading({ patienceMs: 0 });
  await ended('first');
  pass(60_000);
  expect(await kept.get()).toEqual({ value: 'first' });
  begun.at(-1)?.resolve('second');
  await new Promise((resolve) => setImmediate(resolve));
  expect(await kept.get()).toEqual({ value: 'second' });
  expect(begun).toHaveLength(2);
});

test('a reading that takes long is repeated the less often', async () => {
  const { kept, begun, pass } = reading();
  const asked = kept.get();
  pass(30_000);
  begun[0]?.resolve('slow');
  await asked;
  pass(299_999);
  await kept.get();
  expect(begun).toHaveLength(1);
});

test('where one fails, the last good one counts with the reason, and the API server is left in peace for a while', async () => {
  const { kept, begun, pass, ended } = reading();
  await ended('first');
  pass(60_000);
  const asked = kept.get();
  const failure = new Error('the API server is away');
  begun.at(-1)?.reject(failure);
  expect(await asked).toEqual({ value: 'first', stale: failure });
  expect(await kept.get()).toEqual({ value: 'first', stale: failure });
  expect(begun).toHaveLength(2);
  pass(10_000);
  expect(await ended('second')).toEqual({ value: 'second' });
});

test.each([
  ['a short while', 500, 10_000],
  ['ten seconds', 10_000, 100_000],
  ['minutes', 240_000, 300_000],
])('what failed after %s is not tried again for as long as that costs', async (_, tookMs, pauseMs) => {
  const { kept, begun, pass, ended } = reading();
  const asked = kept.get();
  pass(tookMs);
  begun[0]?.reject(new Error('it takes more memory than it may'));
  await expect(asked).rejects.toThrow('more memory');
  pass(pauseMs - 1);
  await expect(kept.get()).rejects.toThrow('more memory');
  expect(begun).toHaveLength(1);
  pass(1);
  expect(await ended('first')).toEqual({ value: 'first' });
});

test('where nothing was ever read, who asks hears why', async () => {
  const { kept, begun, pass } = reading();
  const asked = kept.get();
  begun[0]?.reject(new Error('the API server is away'));
  await expect(asked).rejects.toThrow('the API server is away');
  await expect(kept.get()).rejects.toThrow('the API server is away');
  expect(begun).toHaveLength(1);
  pass(10_000);
  const again = kept.get();
  begun[1]?.resolve('first');
  expect(await again).toEqual({ value: 'first' });
});

test('what does not hold any more is read again, however young it is', async () => {
  const { begun, ended } = reading({ holds: (value) => value !== 'first' });
  await ended('first');
  expect(await ended('second')).toEqual({ value: 'second' });
  expect(begun).toHaveLength(2);
});

test('who asks first waits for a while, then hears how far it is, and finds it there later', async () => {
  const { kept, begun, ended } = reading({ firstPatienceMs: 0 });
  await expect(kept.get()).rejects.toThrow(new StillReading('400 pods so far'));
  expect(await ended('first', new Promise((resolve) => setImmediate(() => resolve(kept.get()))))).toEqual({
    value: 'first',
  });
  expect(begun).toHaveLength(1);
});
