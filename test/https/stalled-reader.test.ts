import { execFileSync } from 'node:child_process';
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { DecisionRecord } from '../../src/core/api/decision-record.ts';
import { namespace, namespaceReview } from '../core-fixtures/namespace-changes.ts';
import { freePort } from '../processes/free-port.ts';
import { type Http2Caller, http2Caller } from './callers.ts';
import { responseIn } from './reviews.ts';
import { type ServeFiles, serve, serveFiles } from './serving-process.ts';
import { until } from './until.ts';

let files: ServeFiles;
beforeAll(async () => {
  files = await serveFiles();
});
afterAll(() => files.remove());

/** `pillion serve` of which one output, or both, is a pipe that is read only when the test reads it. */
async function withStalledReader(
  name: string,
  use: (running: {
    readonly reader: FileHandle;
    readonly caller: Http2Caller;
    dropped(): Promise<number>;
    /** Ends it and resolves with what it logged. */
    stop(): Promise<{ readonly exit: readonly unknown[]; readonly log: string }>;
  }) => Promise<void>,
  { both = false, args = [] }: { readonly both?: boolean; readonly args?: readonly string[] } = {},
): Promise<void> {
  const path = join(files.folder, name);
  execFileSync('sh', ['-c', 'mkfifo "$0"', path]);
  const reader = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const writer = await open(path, 'w');
  const [port, opsPort] = [await freePort(), await freePort()];
  const flags = [...files.flags, '--port', String(port), '--ops-port', String(opsPort), ...args];
  const { child, exit, stderr } = serve(flags, { stdout: writer.fd, ...(both ? { stderr: writer.fd } : {}) });
  await writer.close();
  const metrics = async () => (await fetch(`http://127.0.0.1:${opsPort}/metrics`)).text();
  try {
    await until(() =>
      metrics().then(
        (body) => body.includes('pillion_ready{part="admission-listener"} 1'),
        () => false,
      ),
    );
    const caller = http2Caller(`https://127.0.0.1:${port}`, files.authority);
    await use({
      reader,
      caller,
      dropped: async () => Number(/pillion_records_dropped_total\{sink="stdout"\} (\d+)/.exec(await metrics())?.[1]),
      stop: async () => {
        caller.close();
        child.kill('SIGTERM');
        return { exit: await exit, log: await stderr };
      },
    });
  } finally {
    child.kill('SIGKILL');
    await reader.close().catch(() => {});
  }
}

// as long as a record tells it, so that few of them fill a queue: some 4 KB
const long = (letter: string) => {
  const text = letter.repeat(512);
  return namespace({ 'istio-injection': text, 'istio.io/rev': text, 'pillion.io/tribe': text }, undefined, {
    name: text,
  });
};
const REVIEW = JSON.stringify(namespaceReview({ from: long('y'), to: long('x'), user: 'z'.repeat(512) }));
const AT_ONCE = 64;

/** Sends so many reviews and resolves with the number of those that were answered and allowed. */
async function answered(caller: Http2Caller, reviews: number): Promise<number> {
  let [sent, allowed] = [0, 0];
  const sender = async (): Promise<void> => {
    while (sent++ < reviews) {
      const { status, text } = await caller.call('/namespaces?timeout=5s', REVIEW);
      if (status === 200 && responseIn(text).allowed) allowed++;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, sender));
  return allowed;
}

/** What stands in the pipe, until `isAll` says so of the text. */
async function read(reader: FileHandle, isAll: (text: string) => boolean): Promise<string> {
  const chunks: Buffer[] = [];
  const buffer = Buffer.alloc(1024 * 1024);
  await until(async () => {
    const { bytesRead } = await reader.read(buffer, 0, buffer.length).catch(whereNothingIs);
    if (bytesRead > 0) chunks.push(Buffer.from(buffer.subarray(0, bytesRead)));
    return bytesRead === 0 && isAll(Buffer.concat(chunks).toString());
  });
  return Buffer.concat(chunks).toString();
}

function whereNothingIs(error: NodeJS.ErrnoException): { readonly bytesRead: number } {
  if (error.code === 'EAGAIN') return { bytesRead: 0 };
  throw error;
}

const recordsIn = (text: string): DecisionRecord[] =>
  text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
const logged = (log: string, words: string) =>
  log
    .split('\n')
    .filter((line) => line.includes(words))
    .map((line) => JSON.parse(line));

const MiB = 1024 * 1024;
// what may wait, in the process and in the pipe, and a chunk that is on its way
const MOST_WAITING_BYTES = 16 * MiB + 128 * 1024;
const REVIEWS = 5_000;

describe('a reader of stdout', () => {
  test('that does not read costs no answer and no more than the queue; what is lost is counted, and told when it reads again', async () => {
    await withStalledReader('stalled', async ({ reader, caller, dropped, stop }) => {
      expect(await answered(caller, REVIEWS)).toBe(REVIEWS);
      const lost = await dropped();
      expect(lost).toBeGreaterThan(0);
      const kept = await read(reader, (text) => text.split('\n').length - 1 >= REVIEWS - lost);
      // a whole line each, nothing twice, nothing that was not counted
      expect(recordsIn(kept)).toHaveLength(REVIEWS - lost);
      expect(kept.length).toBeLessThan(MOST_WAITING_BYTES);
      expect(kept.length).toBeGreaterThan(15 * MiB);
      expect(await answered(caller, 3)).toBe(3);
      expect(recordsIn(await read(reader, (text) => text.split('\n').length > 3))).toHaveLength(3);
      const { exit, log } = await stop();
      expect(exit).toEqual([0, null]);
      expect(logged(log, 'are being lost')).toMatchObject([{ level: 'error' }]);
      expect(logged(log, 'is read again')).toMatchObject([{ level: 'error', lost }]);
    });
  });

  test('that does not read does not keep the process from ending', async () => {
    await withStalledReader('stalled-at-the-end', async ({ caller, stop }) => {
      expect(await answered(caller, 200)).toBe(200);
      expect((await stop()).exit).toEqual([0, null]);
    });
  });

  test('that has gone costs no answer; what is lost is counted and told', async () => {
    await withStalledReader('gone', async ({ reader, caller, dropped, stop }) => {
      // so few that the pipe has them all
      expect(await answered(caller, 4)).toBe(4);
      await reader.close();
      expect(await answered(caller, 100)).toBe(100);
      await until(async () => (await dropped()) === 100);
      const { exit, log } = await stop();
      expect(exit).toEqual([0, null]);
      expect(logged(log, 'are being lost')).toHaveLength(1);
    });
  });

  test('and of the log that does not read costs no answer either, however much is logged', async () => {
    const options = { both: true, args: ['--log-level', 'debug'] };
    await withStalledReader(
      'stalled-both',
      async ({ caller, stop }) => {
        // each is a line at debug, of more than 100 bytes: far more than a pipe holds
        const statuses = await Promise.all(
          Array.from({ length: 2_000 }, async () => (await caller.call('/inject', 'no JSON')).status),
        );
        expect(statuses.filter((status) => status !== 400)).toEqual([]);
        expect(await answered(caller, 200)).toBe(200);
        expect((await stop()).exit).toEqual([0, null]);
      },
      options,
    );
  });
});
