import { readFile, writeFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import type { DecisionRecord } from '../../../src/core/api/decision-record.ts';
import { recorded } from '../../core-fixtures/admissions.ts';
import { askingPod, ownedBy, podWith } from '../../core-fixtures/pods.ts';
import { pillion } from './command-line.ts';

const EXPECTED = new URL('./audit-summary.txt', import.meta.url);

const KINDS: readonly DecisionRecord[] = [
  recorded(ownedBy('ReplicaSet', 'web', askingPod())),
  recorded(podWith({}), { hook: 'warn' }),
  recorded(askingPod({ 'sidecar.istio.io/logLevel': 'loud' })),
];
const workload = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: '1', template: 't' };

/** A week of some squads: each day other ones, and none on the third. */
function* week(): Generator<object> {
  let number = 0;
  for (const day of [1, 2, 4, 5, 6, 7])
    for (let pod = 0; pod < day * 9; pod += 1) {
      const [kind = KINDS[0]] = [KINDS[((pod * pod) % 7) % KINDS.length]];
      number += 1;
      const time = `2026-11-0${day}T0${pod % 10}:00:00.000Z`;
      const own = { time, uid: `u${number}`, recordId: `r${number}`, namespace: `squad-${pod % 13}` };
      yield { ...kind, ...own, ...(kind?.controllerUid === undefined ? { user: `dev-${pod % 4}` } : {}) };
      if (pod % 9 === 0)
        yield {
          ...kind,
          ...own,
          uid: `w${number}`,
          hook: 'workloads',
          user: 'alice',
          controllerUid: undefined,
          workload,
        };
    }
  yield { ...KINDS[0], time: '2026-11-07T12:00:00.000Z', uid: 'dry', recordId: 'dry', dryRun: true };
}

test('the summary for people is as it was; UPDATE_GOLDEN=1 writes it anew', async () => {
  const log = [...week()].map((record) => `${JSON.stringify(record)}\n`).join('');
  const now = new Date('2026-11-08T00:00:00Z');
  const { stdout, stderr, exit } = await pillion(['audit', '-f', 'log', '--summary'], {
    files: { log: `${log}{"half\n{"level":30,"msg":"ready"}\n` },
    now,
  });
  if (process.env.UPDATE_GOLDEN) await writeFile(EXPECTED, stdout);
  expect(stdout).toBe(await readFile(EXPECTED, 'utf8'));
  expect(stderr).toContain('1 line could not be read');
  expect(exit).toBe(0);
  for (const shown of stdout.split('\n')) expect(shown.length).toBeLessThanOrEqual(100);
});

test('of a log without a record there is nothing to tell but its lines', async () => {
  const { stdout } = await pillion(['audit', '-f', 'log', '--summary'], { files: { log: '{"level":30}\n' } });
  expect(stdout).toBe('0 records\n0 pods decided about, 0 workloads applied\n1 line: 1 of another kind, 0 broken\n');
});

test('only a month is drawn, and what was before is told', async () => {
  const days = Array.from({ length: 40 }, (_, day) => new Date(Date.UTC(2026, 8, 1 + day)).toISOString());
  const log = days
    .map((time, n) => `${JSON.stringify({ ...KINDS[0], time, uid: `${n}`, recordId: `${n}` })}\n`)
    .join('');
  const { stdout } = await pillion(['audit', '-f', 'log', '--summary'], { files: { log } });
  expect(stdout.match(/^2026-\d\d-\d\d /gm)).toHaveLength(31);
  expect(stdout).toContain('(9 earlier days not shown)');
});
