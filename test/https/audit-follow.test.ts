import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, readdir, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { DecisionRecord } from '../../src/core/api/decision-record.ts';
import { admitted, patched, recorded } from '../core-fixtures/admissions.ts';
import { askingPod, ownedBy } from '../core-fixtures/pods.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

let child: ChildProcess | undefined;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pillion-follow-'));
});
afterEach(async () => {
  child?.kill('SIGKILL');
  await rm(folder, { recursive: true });
});

test.each([
  ['stories', []],
  ['sums', ['--summary']],
])('audit --follow ends when one of the logs cannot be opened: %s', async (_what, flags) => {
  const program = spawn(process.execPath, [MAIN, 'audit', '-f', MAIN, '-f', 'nowhere.log', '--follow', ...flags], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  child = program;
  const said: Buffer[] = [];
  program.stderr.on('data', (data: Buffer) => said.push(data));
  const [code] = await once(program, 'close');
  expect(Buffer.concat(said).toString('utf8')).toContain('nowhere.log: ENOENT');
  expect(code).toBe(2);
});

const lineOf = (record: DecisionRecord | undefined): string => `${JSON.stringify(record)}\n`;
/** Both records of a pod that gets its sidecar. */
function created(name: string): readonly [beginning: string, end: string] {
  const { metadata, ...pod } = ownedBy('ReplicaSet', 'web-5d9', askingPod());
  const sent = { ...pod, metadata: { ...metadata, name: undefined, generateName: 'web-5d9-', labels: { for: name } } };
  const answered = admitted(sent, { hook: 'inject', uid: name });
  const stored = patched(sent, answered);
  const named = { ...stored, metadata: { ...stored.metadata, name } };
  return [lineOf(answered.record), lineOf(recorded(named, { hook: 'warn', uid: `${name}-warn` }))];
}

async function following(...flags: readonly string[]) {
  const log = join(folder, 'records.log');
  const [first, last] = created('web-5d9-a');
  await writeFile(log, first);
  const program = spawn(process.execPath, [MAIN, 'audit', '-f', log, '--follow', ...flags], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child = program;
  let out = '';
  const told = (what: RegExp) =>
    new Promise<void>((resolve) => {
      const look = () => what.test(out) && resolve();
      program.stdout.on('data', look);
      look();
    });
  program.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  return { log, last, told, program, out: () => out };
}

test('audit --follow tells a pod when the rest of it has come, each once, and ends in order when it is interrupted', async () => {
  const { log, last, told, program, out } = await following('-o', 'json');
  await appendFile(log, last);
  await told(/web-5d9-a/);
  await appendFile(log, created('web-5d9-b').join(''));
  await told(/web-5d9-b/);
  program.kill('SIGINT');
  expect(await once(program, 'close')).toEqual([0, null]);
  const stories = out()
    .trimEnd()
    .split('\n')
    .map((story) => JSON.parse(story) as { pod: string });
  expect(stories).toMatchObject([{ pod: 'web-5d9-a' }, { pod: 'web-5d9-b' }]);
});

test('audit --follow --summary sums up what has come when it is interrupted', async () => {
  const { log, last, program, out } = await following('--summary', '-o', 'json', '--namespace', 'shop');
  await appendFile(log, last);
  await hasOpen(program.pid, log);
  expect(out()).toBe('');
  program.kill('SIGINT');
  expect(await once(program, 'close')).toEqual([0, null]);
  expect(JSON.parse(out())).toMatchObject({ records: 2, toldOf: { pod: 1 } });
});

/** Waits until a process has a file open. */
async function hasOpen(pid: number | undefined, path: string): Promise<void> {
  const folder = `/proc/${pid}/fd`;
  for (;;) {
    const open = (await readdir(folder)).map((fd) => readlink(join(folder, fd)).catch(() => ''));
    if ((await Promise.all(open)).includes(path)) return;
    await sleep(50);
  }
}
