import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { gelfFields } from '../../../src/telemetry/gelf.ts';
import { admitted, recorded } from '../../core-fixtures/admissions.ts';
import { auditEvent } from '../../core-fixtures/audit-events.ts';
import { askingPod, podWith } from '../../core-fixtures/pods.ts';
import { pillion, type Surroundings } from './command-line.ts';

const line = (value: object): string => `${JSON.stringify(value)}\n`;
const injected = recorded(askingPod());
const silent = recorded(podWith({ metadata: { name: 'worker' } }), { hook: 'warn', uid: 'other' });

/** How many pods each way of reading finds, and what it says of lines. */
async function read(surroundings: Surroundings, file = 'log') {
  const summary = await pillion(['audit', '-f', file, '--summary', '-o', 'json'], surroundings);
  const stories = await pillion(['audit', '-f', file, '-o', 'json'], surroundings);
  const counted = JSON.parse(summary.stdout);
  const told = JSON.parse(stories.stdout) as { decision: { recordId: string } }[];
  expect([summary.exit, stories.exit]).toEqual([0, 0]);
  expect(stories.stderr.replace(/^no record of a pod.*\n/, '')).toBe(summary.stderr);
  expect(told).toHaveLength(counted.toldOf.pod);
  return { pods: told.length, lines: counted.lines, stderr: summary.stderr };
}

const event = auditEvent({ answers: { inject: admitted(askingPod()) } });
const gelf = { version: '1.1', ...gelfFields(injected, 'pillion-0') };

test.each<[string, Buffer | string]>([
  ['records', line(injected)],
  ['the last line without its line break', JSON.stringify(injected)],
  ['lines that end as on Windows', line(injected).replace('\n', '\r\n')],
  ['a byte order mark', `\ufeff${line(injected)}`],
  ['kubectl logs --prefix', `[pod/pillion-7d9f-x2x/pillion] ${line(injected)}`],
  ['kubectl logs --timestamps', `2026-11-03T10:00:00.123456789Z ${line(injected)}`],
  ['both', `[pod/pillion-7d9f-x2x/pillion] 2026-11-03T10:00:00.123456789+01:00 ${line(injected)}`],
  ['the file of a container runtime', `2026-11-03T10:00:00.123456789Z stdout F ${line(injected)}`],
  ['GELF', line(gelf)],
  ['the audit log of the API server', line(event)],
  ['gzip', gzipSync(line(injected))],
  ['gzip of two members', Buffer.concat([gzipSync(line(injected).slice(0, 100)), gzipSync(line(injected).slice(100))])],
])('%s', async (_, log) => {
  const bytes = { log: Buffer.from(log) };
  expect(await read({ bytes })).toMatchObject({ pods: 1, stderr: '', lines: { read: 1, records: 1, broken: 0 } });
});

test('gzip on stdin is known by its first bytes', async () => {
  expect(await read({ bytes: { '-': gzipSync(line(injected)) } }, '-')).toMatchObject({ pods: 1, stderr: '' });
});

test('several logs of several kinds in one call tell each decision once', async () => {
  const bytes = {
    packed: gzipSync(line(injected) + line(silent)),
    events: Buffer.from(line(event)),
    log: Buffer.from(line(injected)),
  };
  const args = ['audit', '-f', 'packed', '-f', 'events', '-f', 'log', '-f', 'log', '-o', 'json'];
  expect(JSON.parse((await pillion(args, { bytes })).stdout)).toHaveLength(2);
  const { toldOf, lines } = JSON.parse((await pillion([...args, '--summary'], { bytes })).stdout);
  expect([toldOf.pod, lines.records]).toEqual([2, 4]);
});

const LONG = 4 * 1024 * 1024;

test.each<[string, Buffer | string, string]>([
  ['a record that is cut off', line(injected).slice(0, 400), 'log:2: is not JSON: it is cut off'],
  ['no JSON', '{"a":1,}', 'log:2: is not JSON'],
  ['other bytes than UTF-8', Buffer.from('{"schema":"\xff"}', 'latin1'), 'log:2: is not UTF-8 text'],
  ['zeros', Buffer.concat([Buffer.alloc(9), Buffer.from([0xff])]), 'log:2: is not text: it has bytes that are zero'],
  [
    'a line that is too long',
    `{"a":"${'x'.repeat(LONG)}"}`,
    'log:2: has 4194313 bytes; a line of at most 4 MiB is read',
  ],
  [
    'a newer schema',
    '{"schema":"pillion.io/decision-record/v2"}',
    'log:2: /schema: is "pillion.io/decision-record/v2"; this version reads',
  ],
  [
    'a record without a verdict',
    JSON.stringify({ ...injected, verdict: undefined }),
    'log:2: is a record that cannot be read',
  ],
  [
    'an event of a newer version',
    JSON.stringify({ ...event, annotations: { 'inject.pillion.io/record': 'x' } }),
    'log:2: is a record that cannot be read',
  ],
])('%s is named by its line, and the lines around it are read', async (_, broken, message) => {
  const log = Buffer.concat([Buffer.from(line(injected)), Buffer.from(broken), Buffer.from(`\n${line(silent)}`)]);
  const { pods, lines, stderr } = await read({ bytes: { log } });
  expect(stderr).toContain(`1 line could not be read and is left out:\n  ${message}`);
  expect([pods, lines]).toMatchObject([2, { read: 3, broken: 1 }]);
});

test('gzip that is cut off or damaged is read as far as it goes, and the next file as well', async () => {
  const many = Array.from({ length: 3000 }, (_, n) => line({ ...injected, uid: `${n}`, recordId: `id-${n}` })).join('');
  const whole = gzipSync(many);
  const damaged = Buffer.from(whole).fill(0xff, whole.length >> 1, (whole.length >> 1) + 64);
  for (const packed of [whole.subarray(0, whole.length >> 1), damaged]) {
    const args = ['audit', '-f', 'packed', '-f', 'log', '--summary', '-o', 'json'];
    const { stdout, stderr } = await pillion(args, { bytes: { packed, log: Buffer.from(line(silent)) } });
    const { toldOf, lines } = JSON.parse(stdout);
    expect(toldOf.pod).toBeGreaterThan(1);
    expect(lines.broken).toBeGreaterThan(0);
    expect(stderr).toMatch(/packed:\d+: (is not |cannot be read any further: )/);
  }
});

test('a file of UTF-16 is named with the way out', async () => {
  const { stderr, lines } = await read({ bytes: { log: Buffer.from(`\ufeff${line(injected)}`, 'utf16le') } });
  expect([lines.broken, stderr]).toEqual([
    1,
    expect.stringContaining('log:1: cannot be read any further: is UTF-16 text; convert it first'),
  ]);
});

test('records of a time to come are named, and count', async () => {
  const { pods, lines, stderr } = await read({
    files: { log: line({ ...injected, time: '2026-11-03T10:06:00.000Z' }) },
  });
  expect([pods, lines.ahead]).toEqual([1, 1]);
  expect(stderr).toBe(`1 record is of a time to come, and counted as the others:
  log:1: /time: is a record of 2026-11-03T10:06:00.000Z, which is yet to come: a clock is wrong
`);
});

test('events of requests that no hook was told of are of another kind, and broken ones are still named', async () => {
  const bare = auditEvent({ answers: {} });
  const { lines } = await read({ files: { log: line(bare) + line(bare).slice(0, 300) } });
  expect(lines).toMatchObject({ read: 2, foreign: 1, broken: 1 });
});
