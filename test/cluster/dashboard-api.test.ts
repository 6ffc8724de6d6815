import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { pillion } from '../unit/cli/command-line.ts';
import type { DashboardServer } from './dashboard/dashboard-server.ts';
import { type Installed, install, NAMESPACE } from './dashboard/installed.ts';
import { eventually } from './eventually.ts';
import { testCluster } from './test-cluster.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const RECORDS = readFileSync(new URL('../golden/record/v1/first.jsonl', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .slice(0, 4)
  .map((line) => JSON.parse(line) as { readonly recordId: string; readonly reason: string });

let installed: Installed;
// the node ends before its cluster
afterAll(() => installed?.stop());
const cluster = testCluster({ [NAMESPACE]: {} });
const running: ChildProcess[] = [];

beforeAll(async () => {
  installed = await install(cluster);
});

afterEach(async () => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
  await installed.removeAll();
});

const asked = (...args: readonly string[]) =>
  pillion(['dashboard', ...args, '--kubeconfig', cluster.controlPlane.kubeconfig]);

const entry = (index: number) => ({ id: String(index), replica: 'pillion-a', record: RECORDS[index] });
const page = (indices: readonly number[]) => ({
  ...{ items: indices.map(entry), total: indices.length, asOf: '2026-11-27T00:00:00Z' },
  remarks: [{ what: 'One replica was not heard.', next: 'Look at its log.' }],
});
const COUNTS = { eligible: 1, optedIn: 1, injected: 1, stale: 0, excluded: 0, incompatible: 0 };
const row = (name: string) => ({
  ...{ name, optIn: 'enabled', optInSays: 'It is labelled.', pods: COUNTS, workloads: COUNTS, toMend: 0 },
  // of a later version
  colour: 'green',
});
const rows = (names: readonly string[], more: object = {}) => ({
  ...{ items: names.map(row), total: 3, asOf: '2026-11-27T00:00:00Z', remarks: [], ...more },
});

test('an answer is printed as it is, with what a later version says besides, and with --all all pages of a list', async () => {
  await installed.pod('pillion-a', {
    answers: new Map([
      ['/api/v1/namespaces?tribe=pay', { body: rows(['a', 'b'], { next: 'b' }) }],
      ['/api/v1/namespaces?tribe=pay&after=b', { body: rows(['c']) }],
    ]),
  });
  const first = await asked('get', '/namespaces?tribe=pay');
  expect(first).toMatchObject({ exit: 0, stderr: '' });
  expect(JSON.parse(first.stdout)).toEqual(rows(['a', 'b'], { next: 'b' }));
  expect(JSON.parse((await asked('get', 'namespaces?tribe=pay', '--all')).stdout)).toEqual(rows(['a', 'b', 'c']));
  expect((await asked('get', 'namespaces?tribe=pay', '--all', '-o', 'yaml')).stdout).toContain('  - name: c\n');
});

test('what the API does not have, or does not answer as it should, is told with what to do', async () => {
  await installed.pod('pillion-a', {
    answers: new Map([
      ['/api/v1/overview', { status: 403, body: { message: 'You may not list pods.', next: 'Ask for it.' } }],
      ['/api/v1/rollout', { body: { asOf: 1 } }],
      ['/api/v1/capacity', { body: 'no JSON' }],
      ['/api/v1/policy', { status: 503, body: 'upstream away' }],
    ]),
  });
  const table = [
    [2, '/overwiev', 'did you mean /overview?'],
    [2, '/playground', 'use pillion explain -f FILE'],
    [2, '/decisions/stream', 'use pillion dashboard decisions --follow'],
    [4, '/overview', '/api/v1/overview was answered with 403: You may not list pods. Ask for it.'],
    [4, '/rollout', '/rollout was answered otherwise than this version of Pillion knows'],
    [4, '/capacity', 'was answered with something that is no JSON: no JSON'],
    [4, '/policy', 'was answered with 503: upstream away'],
  ] as const;
  for (const [exit, path, says] of table)
    expect({ path, ...(await asked('get', path)) }).toEqual({
      path,
      exit,
      stdout: '',
      stderr: expect.stringContaining(says),
    });
});

test('decisions are printed, the newest last, by the filters that were given', async () => {
  const query = 'namespace=web&squad=pay&verdict=inject%2Cskip&limit=2';
  await installed.pod('pillion-a', {
    answers: new Map([
      [`/api/v1/decisions?${query}`, { body: page([1, 0]) }],
      ['/api/v1/decisions?limit=100', { body: { ...page([]), remarks: [] } }],
    ]),
  });
  const flags = ['-n', 'web', '--squad', 'pay', '--verdict', 'inject', '--verdict', 'skip', '--last', '2'];
  const told = await asked('decisions', ...flags);
  expect(told).toMatchObject({ exit: 0, stderr: 'One replica was not heard. Look at its log.\n' });
  const lines = told.stdout.trimEnd().split('\n');
  expect(lines).toEqual([0, 1].map((index) => expect.stringContaining(RECORDS[index]?.reason ?? '')));
  expect(JSON.parse((await asked('decisions', ...flags, '-o', 'json')).stdout)).toEqual([RECORDS[0], RECORDS[1]]);
  expect(await asked('decisions')).toMatchObject({ exit: 0, stdout: '', stderr: 'no decision that is asked for\n' });
  expect(await asked('decisions', '--reason', 'not-opted-inn')).toMatchObject({
    exit: 2,
    stderr: expect.stringContaining('Did you mean not-opted-in?'),
  });
  expect(await asked('decisions', '--follow', '-o', 'yaml')).toMatchObject({ exit: 2 });
});

const event = (index: number) => `id: ${index}\ndata: ${JSON.stringify(entry(index))}`;

test('with --follow the feed goes on where it broke off, also in another pod, until it is interrupted', async () => {
  const answers = new Map([['/api/v1/decisions?limit=1', { body: { ...page([0]), remarks: [], position: 'listed' } }]]);
  const first: DashboardServer = await installed.pod('pillion-a', { answers });
  const second = await installed.pod('pillion-b', { answers });
  const kubeconfig = ['--kubeconfig', cluster.controlPlane.kubeconfig];
  const args = [MAIN, 'dashboard', 'decisions', '--follow', '--last', '1', '-o', 'json', ...kubeconfig];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  running.push(child);
  const printed = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream].setEncoding('utf8').on('data', (chunk: string) => {
      printed[stream] += chunk;
    });
  const told = () =>
    printed.stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as unknown);

  await eventually('the feed is followed', () => first.streams() === 1);
  first.send('id: began\nretry: 2000');
  first.endStreams();
  await eventually('it is taken up again', () => first.resumed.length === 2);
  expect(first.resumed).toEqual(['listed', 'began']);
  first.send(event(1));
  await eventually('the second is told', () => told().length === 2);
  first.breakOff();
  await eventually('it is taken up again', () => first.resumed.length === 3);
  expect(first.resumed.at(-1)).toBe('1');

  await installed.remove('pillion-a');
  await eventually('the other pod is followed', () => second.streams() === 1);
  expect(second.resumed).toEqual(['1']);
  second.send(': still here');
  second.send(event(2));
  await eventually('the third is told', () => told().length === 3);
  expect(told()).toEqual([RECORDS[0], RECORDS[1], RECORDS[2]]);
  expect(printed.stderr).toContain('now it is pillion-b');

  const ended = once(child, 'exit');
  child.kill('SIGINT');
  expect(await ended).toEqual([0, null]);
});
