import { expect, test } from '@jest/globals';
import { recorded } from '../../core-fixtures/admissions.ts';
import { askingPod } from '../../core-fixtures/pods.ts';
import { pillion } from './command-line.ts';

// above the number of records that are held
const PODS = 6_000;
// the request of a pod goes on while those of others begin
const WARN_AFTER_MS = 400;
const FIRST_MS = Date.UTC(2026, 10, 2);

const [INJECT, WARN] = [recorded(askingPod()), recorded(askingPod(), { hook: 'warn' })];

interface Written {
  readonly ms: number;
  readonly line: string;
}

function written(record: object, n: number, ms: number): Written {
  const own = { recordId: `id-${n}`, time: new Date(ms).toISOString() };
  return { ms, line: `${JSON.stringify({ ...record, ...own })}\n` };
}

const pods = Array.from({ length: PODS }, (_, n) => n);
const injected = pods.map((n) => written({ ...INJECT, uid: `inject-${n}` }, n, FIRST_MS + n * 100));
const warned = pods.map((n) =>
  written({ ...WARN, uid: `warn-${n}`, pod: `web-${n}`, podUid: `uid-${n}` }, n, FIRST_MS + WARN_AFTER_MS + n * 100),
);
const log = (...parts: readonly (readonly Written[])[]): string =>
  parts
    .flat()
    .sort((one, other) => one.ms - other.ms)
    .map(({ line }) => line)
    .join('');
const whole = log(injected, warned);

test.each<[string, Readonly<Record<string, string>>]>([
  ['one log', { whole }],
  ['logs of two replicas', { a: log(injected), b: log(warned) }],
  ['the same log twice', { first: whole, again: whole }],
  ['logs that overlap', { early: log(injected.slice(0, 4_000), warned.slice(0, 4_000)), whole }],
  [
    'parts of a log, the last one first',
    { b: log(injected.slice(3_000), warned.slice(3_000)), a: log(injected.slice(0, 3_000), warned.slice(0, 3_000)) },
  ],
])('%s: each pod is told once, by its name, in the order of time', async (_, files) => {
  const args = Object.keys(files).flatMap((file) => ['-f', file]);
  const { stdout, stderr } = await pillion(['audit', ...args, '-o', 'csv'], { files });
  expect(stderr).toBe('');
  const told = stdout.split('\r\n').slice(1, -1);
  expect(told).toHaveLength(PODS);
  expect(told.map((row) => /web-\d+/.exec(row)?.[0])).toEqual(pods.map((n) => `web-${n}`));
});
