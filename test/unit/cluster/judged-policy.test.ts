import { beforeEach, expect, test } from '@jest/globals';
import pino from 'pino';
import { JudgedPolicy } from '../../../src/cluster/judged-policy.ts';
import type { ActivePolicy } from '../../../src/core/policy/active-policy.ts';
import type { LoadedPolicy } from '../../../src/core/policy/load.ts';

const active = (text: string) => ({ name: 'default', revision: text, ended: [] as unknown }) as ActivePolicy;

let day: string;
let loads: (text: string) => string;
let text: string;
let used: string[];
let log: string[];
let judge: JudgedPolicy;

beforeEach(() => {
  loads = (source) => source;
  [day, text, used, log] = ['2026-11-03', 'first', [], []];
  const sources = () => [{ file: 'policy.yaml', text }];
  judge = new JudgedPolicy({
    policy: {
      active: active(text),
      shadows: [],
      today: () => day,
      sources: sources(),
      read: async () => sources(),
      load: ([source]): LoadedPolicy =>
        source?.text === 'bad'
          ? { problems: [{ path: '', message: 'bad' }] }
          : { active: active(loads(source?.text ?? '')), shadows: [], profiles: [] },
    },
    // `slow` is only in force when a newer one has come for it
    use: async ({ active: { revision } }, superseded) => {
      if (revision === 'slow')
        await new Promise((_, reject) => superseded.addEventListener('abort', () => reject(superseded.reason)));
      used.push(revision);
    },
    settleMs: 0,
    log: pino({}, { write: (line) => void log.push(JSON.parse(line).msg) }),
    metrics: { active: () => {}, reloaded: () => {}, stale: () => {} },
  });
});

async function change(to: string): Promise<void> {
  text = to;
  await judge.lookAhead();
}

test('a policy that is being put in force is given up when a newer one has come', async () => {
  text = 'slow';
  const looked = judge.look();
  while (!log.some((line) => line.includes('putting it in force'))) await new Promise(setImmediate);
  await change('newer');
  await looked;
  expect(used).toEqual([]);
  await judge.look();
  expect(used).toEqual(['newer']);
  expect(log.filter((line) => line.includes('given up'))).toHaveLength(1);
});

test.each(['bad', 'slow'])('but not for one that is %s', async (other) => {
  text = 'slow';
  const looked = judge.look();
  while (!log.some((line) => line.includes('putting it in force'))) await new Promise(setImmediate);
  await change(other);
  const still = await Promise.race([looked.then(() => 'given up'), new Promise(setImmediate).then(() => 'wanted')]);
  expect(still).toBe('wanted');
  await change('newer');
  await looked;
});

test('on a new day the same text is judged again, and put in force when it decides otherwise now', async () => {
  await judge.look();
  expect(used).toEqual([]);
  day = '2026-11-04';
  loads = (source) => `${source} on ${day}`;
  await judge.look();
  expect(used).toEqual(['first on 2026-11-04']);
  await judge.look();
  expect(used).toHaveLength(1);
});
