import { expect, test } from '@jest/globals';
import { Backoff } from '../../../src/cluster/backoff.ts';
import { untilAnswered } from '../../../src/cluster/until-answered.ts';
import { Fault } from '../../../src/core/problem/faults.ts';

const backoff = () => new Backoff(() => 0, { baseMs: 2, capMs: 8 });
const { signal } = new AbortController();

test('it asks until there is an answer, and tells each time how long it waits', async () => {
  const pauses: number[] = [];
  let asked = 0;
  const answer = await untilAnswered(
    async () => {
      if (++asked < 4) throw new Error('away');
      return 'here';
    },
    { backoff: backoff(), signal, onFailure: (_, nextInMs) => pauses.push(nextInMs) },
  );
  expect([answer, ...pauses]).toEqual(['here', 1, 2, 4]);
});

test('its patience has an end, and the last failure is what is said', async () => {
  let nowMs = 0;
  let asked = 0;
  const read = async () => {
    nowMs += 100;
    throw new Error(`away for the ${++asked}. time`);
  };
  const within = { ms: 250, elapsedMs: () => nowMs };
  await expect(untilAnswered(read, { backoff: backoff(), signal, within })).rejects.toThrow('away for the 3. time');
});

test('a fault is an answer', async () => {
  const read = async () => {
    throw new Fault('PIL002', [{ path: '', message: 'bad' }]);
  };
  const onFailure = () => {
    throw new Error('not to be told');
  };
  await expect(untilAnswered(read, { backoff: backoff(), signal, onFailure })).rejects.toThrow(Fault);
});

test('who no longer wants to know is not kept waiting', async () => {
  const stop = new AbortController();
  const read = async () => {
    throw new Error('away');
  };
  const patience = { backoff: new Backoff(() => 0, { baseMs: 1e9, capMs: 1e9 }), signal: stop.signal };
  const asked = untilAnswered(read, { ...patience, onFailure: () => stop.abort() });
  await expect(asked).rejects.toThrow('aborted');
});
