import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { pillion } from './command-line.ts';

const NOWHERE = JSON.stringify({
  ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'a', users: [{ name: 'a', user: {} }] },
  clusters: [{ name: 'a', cluster: { server: 'http://127.0.0.1:9' } }],
  contexts: [{ name: 'a', context: { cluster: 'a', user: 'a' } }],
});

test.each([
  ['', "missing required argument 'service'"],
  ['a/b/c', '"a/b/c" names no Service; accepted: NAME, or NAMESPACE/NAME'],
  ['a,b', 'names no Service'],
  ['inventory -n ../shop', 'Give the name of a namespace'],
  ['inventory --path search', 'begins with /'],
  ['inventory --path /a#b', 'has no blank and no #'],
  ['inventory --method POST', 'Allowed choices are GET, HEAD, OPTIONS'],
  ['inventory --requests 0', 'Give a whole number from 1 to 1000.'],
  ['inventory --requests 1e2', 'Give a whole number from 1 to 1000.'],
  ['inventory --concurrency 201', 'Give a whole number from 1 to 200.'],
  ['inventory --seconds 121', 'Give a whole number from 1 to 120.'],
  ['inventory --concurrency 30', '--concurrency 30 is more than --requests 20'],
])('traffic verify %s is not as it is meant', async (words, says) => {
  const { exit, stdout, stderr } = await pillion(['traffic', 'verify', ...words.split(' ').filter(Boolean)]);
  expect([exit, stdout]).toEqual([2, '']);
  expect(stderr).toContain(says);
});

test('a cluster that cannot be reached is named', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'pillion-'));
  const file = join(folder, 'kubeconfig');
  await writeFile(file, NOWHERE);
  const { exit, stderr } = await pillion(['traffic', 'verify', 'inventory', '--kubeconfig', file]);
  await rm(folder, { recursive: true });
  expect(exit).toBe(4);
  expect(stderr).toContain('PIL006');
  expect(stderr).toContain('cannot reach the API server at http://127.0.0.1:9');
});
