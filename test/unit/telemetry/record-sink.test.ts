import { execFileSync } from 'node:child_process';
import { constants } from 'node:fs';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { DecisionRecord } from '../../../src/core/api/decision-record.ts';
import { streamSink } from '../../../src/telemetry/record-sink.ts';

const record = {
  schema: 'pillion.io/decision-record/v1',
  recordId: 'r1',
  time: '2026-11-03T02:00:00.250Z',
  verdict: 'skip',
  reason: 'not-opted-in',
  namespace: 'shop',
  pod: 'cart-1',
  dryRun: false,
  also: ['namespace-not-enabled'],
  policy: { name: 'default', revision: 'abc' },
  inputs: { namespaceLabels: { 'istio-injection': 'enabled' }, podLabels: {}, podAnnotations: {} },
  durationMicroseconds: 42,
} as unknown as DecisionRecord;

let folder: string;
let dropped: number;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pillion-records-'));
  dropped = 0;
});
afterEach(() => rm(folder, { recursive: true }));

const sinkTo = (destination: number | string, format: 'json' | 'gelf' = 'json') =>
  streamSink({
    format,
    host: 'pod-1',
    destination,
    onDropped: (records) => {
      dropped += records;
    },
  });

const makePipe = (path: string) => execFileSync('sh', ['-c', 'mkfifo "$0"', path]);

test('a record is one JSON line, and nothing is added to it', async () => {
  const file = join(folder, 'records');
  const sink = sinkTo(file);
  for (let index = 0; index < 1_000; index += 1) sink.write(record);
  await sink.flush();
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
  expect([lines.length, JSON.parse(lines[0] as string), dropped]).toEqual([1_000, record, 0]);
});

test('as GELF 1.1 it has a short message and flat fields', async () => {
  const file = join(folder, 'records');
  const sink = sinkTo(file, 'gelf');
  sink.write(record);
  await sink.flush();
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({
    version: '1.1',
    host: 'pod-1',
    short_message: 'skip not-opted-in shop/cart-1',
    timestamp: 1793671200.25,
    level: 6,
    _schema: 'pillion.io/decision-record/v1',
    _recordId: 'r1',
    _time: '2026-11-03T02:00:00.250Z',
    _verdict: 'skip',
    _reason: 'not-opted-in',
    _namespace: 'shop',
    _pod: 'cart-1',
    _dryRun: 'false',
    _also: '["namespace-not-enabled"]',
    _policy_name: 'default',
    _policy_revision: 'abc',
    '_inputs_namespaceLabels_istio-injection': 'enabled',
    _durationMicroseconds: 42,
  });
});

test('a flush with nothing written resolves', async () => {
  await sinkTo(join(folder, 'records')).flush();
});

test('a reader that does not read costs bounded memory, the loss is counted, and a flush gives up', async () => {
  const pipe = join(folder, 'pipe');
  makePipe(pipe);
  // opened for both directions: a reader exists that never reads
  const handle = await open(pipe, constants.O_RDWR | constants.O_NONBLOCK);
  const sink = sinkTo(handle.fd);
  const large = { ...record, message: 'x'.repeat(1024 * 1024) };
  for (let index = 0; index < 40; index += 1) sink.write(large);
  expect(dropped).toBeGreaterThan(20);
  await sink.flush();
  await handle.close();
});

test('a reader that has gone does not end the process, and the loss is counted', async () => {
  const pipe = join(folder, 'pipe');
  makePipe(pipe);
  const reader = await open(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
  const writer = await open(pipe, constants.O_WRONLY | constants.O_NONBLOCK);
  await reader.close();
  const sink = sinkTo(writer.fd);
  sink.write(record);
  await sink.flush();
  const lostAtOnce = dropped;
  sink.write(record);
  await sink.flush();
  expect([lostAtOnce > 0, dropped]).toEqual([true, lostAtOnce + 1]);
  await writer.close();
});
