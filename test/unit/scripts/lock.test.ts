import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm, utimes } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { withLock } from '../../../scripts/lock.mjs';

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lock-'));
  path = join(folder, 'inner', 'lock');
});

afterEach(() => rm(folder, { recursive: true }));

test('holders follow each other, and the second is told whom it waits for', async () => {
  const events: string[] = [];
  let release = () => {};
  const first = withLock(path, {}, async () => {
    events.push('first in');
    await new Promise<void>((resolve) => {
      release = resolve;
    });
    events.push('first out');
  });
  await expectSoon(() => events.length === 1);
  const second = withLock(path, { onWait: (holder) => events.push(holder) }, async () => events.push('second in'));
  await expectSoon(() => events.length === 2);
  release();
  await Promise.all([first, second]);
  expect(events).toEqual(['first in', `process ${process.pid} on ${hostname()}`, 'first out', 'second in']);
  expect(existsSync(path)).toBe(false);
});

test('the lock of a process that has died is taken over at once', async () => {
  const { pid } = spawnSync(process.execPath, ['--version']);
  await withLock(path, {}, async () => {});
  writeFileSync(path, JSON.stringify({ pid, host: hostname(), id: 'gone' }));
  expect(await withLock(path, {}, async () => 'mine')).toBe('mine');
});

test('a lock whose holder elsewhere has not been heard of is taken over', async () => {
  await withLock(path, {}, async () => {});
  writeFileSync(path, JSON.stringify({ pid: 1, host: 'another-machine', id: 'silent' }));
  const minuteAgo = new Date(Date.now() - 60_000);
  await utimes(path, minuteAgo, minuteAgo);
  expect(await withLock(path, {}, async () => 'mine')).toBe('mine');
});

test('an error passes through and frees the lock', async () => {
  const failing = withLock(path, {}, async () => {
    throw new Error('no luck');
  });
  await expect(failing).rejects.toThrow('no luck');
  expect(existsSync(path)).toBe(false);
});

async function expectSoon(holds: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 5_000; Date.now() < deadline && !holds(); ) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  expect(holds()).toBe(true);
}
