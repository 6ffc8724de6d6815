import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Hook } from '../../../src/core/admission/hook.ts';
import { type Answered, admitted, answer, patched } from '../../core-fixtures/admissions.ts';
import { auditEvent } from '../../core-fixtures/audit-events.ts';
import { askingPod, type Json, podWith } from '../../core-fixtures/pods.ts';
import { workload, workloadReview } from '../../core-fixtures/workloads.ts';
import { pillion } from './command-line.ts';

interface Pair {
  readonly record: Json;
  readonly event: Json;
}

const at = (second: number, ms = 0): string => new Date(Date.UTC(2026, 10, 3, 10, 0, second, ms)).toISOString();
const times = (second: number): Json => ({ requestReceivedTimestamp: at(second, 1), stageTimestamp: at(second, 9) });

/** What one creation of a pod leaves, in the record and in the event. */
function pair(second: number, hook: Hook = 'inject', pod = askingPod()): Pair {
  const answered = admitted(pod, { uid: `request-${second}`, hook });
  const more = { ...times(second), auditID: `audit-${second}` };
  return {
    record: { ...answered.record, time: at(second, 4) },
    event: auditEvent({ answers: { [hook]: answered }, more }),
  };
}

const PAIRS = Array.from({ length: 8 }, (_, second) => pair(second, second % 2 === 0 ? 'inject' : 'warn'));
const RECORDS = PAIRS.map(({ record }) => record);
const EVENTS = PAIRS.map(({ event }) => event);
const lines = (values: readonly unknown[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join('');

const verified = (records: readonly unknown[], events: readonly unknown[], ...flags: string[]) =>
  pillion(['audit', 'verify', '--records', 'records.log', '--audit-log', 'audit.log', '--clock-skew', '0', ...flags], {
    files: { 'records.log': lines(records), 'audit.log': lines(events) },
  });
const asJson = async (...[records, events, ...flags]: Parameters<typeof verified>) => {
  const { exit, stdout, stderr } = await verified(records, events, ...flags, '-o', 'json');
  return { exit, stderr, ...JSON.parse(stdout) };
};
const changedAt = (index: number, change: Json) =>
  RECORDS.map((record, n) => (n === index ? { ...record, ...change } : record));
const without = (index: number) => RECORDS.filter((_, n) => n !== index);

test('logs that tell the same are equal, whatever stands between and twice', async () => {
  const own = { level: 'info', msg: 'ready' };
  const started = { ...EVENTS[0], stage: 'RequestReceived', annotations: {} };
  const { exit, hooks, findings } = await asJson([own, ...RECORDS, ...RECORDS], [started, ...EVENTS, ...EVENTS]);
  expect([exit, findings]).toEqual([0, []]);
  const all = { equal: 4, missing: 0, extra: 0, changed: 0, unjudged: 0 };
  expect(hooks).toEqual({ inject: all, warn: all });
});

describe('a record', () => {
  test('that was taken away is missing', async () => {
    const { exit, findings, hooks } = await asJson(without(3), EVENTS);
    expect([exit, hooks.warn]).toEqual([1, expect.objectContaining({ missing: 1, equal: 3 })]);
    const { recordId, user } = RECORDS[3] ?? {};
    expect(findings).toEqual([
      expect.objectContaining({ kind: 'missing', hook: 'warn', recordId, user, auditId: 'audit-3', namespace: 'shop' }),
    ]);
  });

  test('that was added is extra', async () => {
    const forged: Json = { ...pair(20).record, time: at(4, 5) };
    const { exit, findings } = await asJson([...RECORDS, forged], EVENTS);
    expect([exit, findings]).toEqual([
      1,
      [expect.objectContaining({ kind: 'extra', recordId: forged.recordId, about: 'Pod/web' })],
    ]);
  });

  test('that was copied with another word is extra, and the true one is equal, whichever stands first', async () => {
    const copy = { ...RECORDS[2], user: 'mallory' };
    for (const records of [
      [copy, ...RECORDS],
      [...RECORDS, copy],
    ]) {
      const { findings } = await asJson(records, EVENTS);
      expect(findings).toEqual([expect.objectContaining({ kind: 'extra', user: 'mallory' })]);
    }
  });

  test.each<[string, Json, string]>([
    ['user', { user: 'mallory' }, 'user'],
    ['verdict', { verdict: 'skip' }, 'verdict'],
    ['reason', { reason: 'auto-inject' }, 'reason'],
    ['namespace', { namespace: 'elsewhere' }, 'namespace'],
    ['pod', { pod: 'other' }, 'pod'],
    ['dry run', { dryRun: true }, 'dryRun'],
    ['operation', { operation: 'UPDATE' }, 'operation'],
    ['policy', { policy: { name: 'default', revision: '0123456789abcdef' } }, 'policy'],
    ['settings', { settings: [{ setting: 'logLevel', value: 'debug', origin: 'annotation x' }] }, 'settings'],
    ['inputs', { inputs: { namespaceLabels: {}, podLabels: {}, podAnnotations: {} } }, 'inputs'],
    ['hints', { hints: [{ code: 'pod-value-near', message: 'x' }] }, 'hints'],
    ['squad', { squad: 'other' }, 'squad'],
    ['owner', { owner: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'other' } }, 'owner'],
    ['patch', { patch: { digest: '0123456789abcdef', bytes: 1, operations: 1 } }, 'patch'],
    ['time', { time: '2026-11-03T11:30:00.000Z' }, 'time'],
  ])('of which the %s was changed is told with both', async (_, change, field) => {
    const { exit, findings } = await asJson(changedAt(4, change), EVENTS);
    expect(exit).toBe(1);
    expect(findings).toEqual([
      expect.objectContaining({ kind: 'changed', auditId: 'audit-4', fields: [expect.objectContaining({ field })] }),
    ]);
  });
});

test('of a workload, who it is and which template it has are compared', async () => {
  const object = workload({ kind: 'Deployment', metadata: { annotations: {} } });
  const admission = answer(workloadReview(object), { hook: 'workloads' }) as Answered;
  const objectRef = { resource: 'deployments', apiGroup: 'apps', apiVersion: 'v1', name: 'web' };
  const event = auditEvent({
    answers: { workloads: admission },
    objectRef,
    more: { user: { username: 'alice' }, auditID: 'w', ...times(5) },
  });
  const record = { ...admission.record, time: at(5, 3) };
  expect(await asJson([...RECORDS, record], [...EVENTS, event])).toMatchObject({ exit: 0 });
  const other = {
    ...record,
    workload: { ...(admission.record?.workload as Json), name: 'other', template: '0123456789abcdef' },
  };
  const { findings } = await asJson([...RECORDS, other], [...EVENTS, event]);
  expect(findings[0].fields.map(({ field }: Json) => field)).toEqual(['object', 'template']);
});

test('what nobody could tell is not found', async () => {
  const injected = patched(askingPod(), admitted(askingPod()));
  // a second call is answered and leaves no record
  const again = admitted(injected, { uid: 'again' });
  const second = auditEvent({ answers: { inject: again }, more: { ...times(3), auditID: 'second' } });
  expect(again.record).toBeUndefined();
  // outside of the time of the other log, and of a hook that the audit policy leaves out
  const [early, late] = [pair(-50), pair(50)];
  const services = { ...RECORDS[0], hook: 'services', recordId: 'ffffffffffffffff' };
  const seen = { ...RECORDS[0], hook: 'watch' };
  const { exit, hooks, findings } = await asJson(
    [early.record, ...RECORDS, services, seen],
    [...EVENTS, second, late.event],
  );
  expect([exit, findings]).toEqual([0, []]);
  expect(hooks.inject).toMatchObject({ equal: 4, unjudged: 2 });
  expect(hooks.services).toMatchObject({ unjudged: 1 });
});

test('records outside of the time of the audit log are not judged, however many', async () => {
  // above what is kept of those that nothing fits
  const earlier = Array.from({ length: 10_500 }, (_, n) => ({
    ...RECORDS[0],
    recordId: n.toString(16).padStart(16, '0'),
    time: '2026-10-24T10:00:00.000Z',
  }));
  const { exit, hooks } = await asJson([...earlier, ...RECORDS], EVENTS);
  expect([exit, hooks.inject]).toEqual([0, { equal: 4, missing: 0, extra: 0, changed: 0, unjudged: 10_500 }]);
});

test('a pod that was let pass and refused by somebody else later counts as told', async () => {
  const refused = EVENTS.map((event) => ({ ...event, responseStatus: { code: 403 } }));
  expect(await asJson(RECORDS, refused)).toMatchObject({ exit: 0, findings: [] });
});

describe('logs of two different days', () => {
  const nextDay = [{ ...pair(90_000).record, time: '2026-11-04T10:00:00.000Z' }];

  test('are nothing to compare', async () => {
    const { exit, stdout, stderr } = await verified(nextDay, EVENTS);
    expect(exit).toBe(2);
    expect(stdout).toMatch(/\nnothing was compared\n$/);
    expect(stderr).toContain('PIL004: there is nothing to look at\n  8 answers of the audit log lie outside of');
    expect(stderr).toContain('1 record lies outside of the audit log’s time');
  });

  test('are all missing and extra where they are said to be of the same time', async () => {
    const { exit, hooks } = await asJson(nextDay, EVENTS, '--strict');
    expect([exit, hooks.inject.missing, hooks.inject.extra, hooks.warn.missing]).toEqual([1, 4, 1, 4]);
  });
});

test('an audit log without a word of Pillion is nothing to compare', async () => {
  const silent = EVENTS.map((event) => ({ ...event, annotations: {} }));
  const { exit, stderr } = await verified(RECORDS, silent);
  expect([exit, stderr]).toEqual([
    2,
    expect.stringContaining('8 records lie outside of the audit log’s time, or are of'),
  ]);
});

test.each<[string, readonly unknown[], string]>([
  [
    'beginning',
    RECORDS.slice(2),
    '2 answers of the audit log lie outside of the records’ time and were not compared\n',
  ],
  ['end', RECORDS.slice(0, -1), '1 answer of the audit log lies outside of the records’ time and was not compared\n'],
])(
  'records of which the %s was cut off are not said to tell the same, and with --strict are missing',
  async (_, records, told) => {
    const { exit, stdout } = await verified(records, EVENTS);
    expect([exit, stdout]).toEqual([0, expect.stringContaining(told)]);
    expect(stdout).toMatch(/tell the same of the \d that were compared; of the others nothing is shown\n$/);
    const strict = await asJson(records, EVENTS, '--strict');
    expect([strict.exit, strict.findings.length]).toEqual([1, 8 - records.length]);
    expect(await asJson(RECORDS, EVENTS, '--strict')).toMatchObject({ exit: 0, findings: [] });
  },
);

test('what is within the skew of the clocks of an end is left alone', async () => {
  const files = { 'records.log': lines(RECORDS.slice(0, -1)), 'audit.log': lines(EVENTS) };
  const flags = ['audit', 'verify', '--records', 'records.log', '--audit-log', 'audit.log', '-o', 'json'];
  expect((await pillion(flags, { files })).exit).toBe(0);
  const middle = { ...files, 'records.log': lines(without(4)) };
  expect((await pillion(flags, { files: middle })).exit).toBe(1);
  expect((await pillion([...flags, '--clock-skew', '3.9'], { files: middle })).exit).toBe(0);
});

test('for people: a table of the hooks, every finding, and what was compared', async () => {
  const changed = changedAt(4, { user: 'mal\nlory' });
  const { exit, stdout } = await verified(
    changed.filter((_, n) => n !== 1),
    EVENTS,
  );
  expect(exit).toBe(1);
  const { recordId } = RECORDS[1] ?? {};
  expect(stdout).toContain(
    'HOOK    EQUAL  MISSING  EXTRA  CHANGED  NOT JUDGED\ninject  3      0        0      1        0\nwarn    3      1        0      0        0\n',
  );
  expect(stdout).toContain(
    `warn  skip shop/Pod/web  hook-not-called, asked for by system:serviceaccount:kube-system:job-controller (record ${recordId}, audit id audit-1)\n`,
  );
  expect(stdout).toContain(
    '    user: audit log system:serviceaccount:kube-system:job-controller, record mal\\u000alory\n',
  );
  expect(stdout).toMatch(/2 answers are not told alike\n$/);
  expect((await verified(RECORDS, EVENTS)).stdout).toMatch(/records and audit log tell the same\n$/);
});

test('pods of which no hook was asked are counted', async () => {
  const unasked = { ...EVENTS[0], auditID: 'u', annotations: {}, ...times(2) };
  expect(await asJson(RECORDS, [...EVENTS, unasked])).toMatchObject({ exit: 0, unasked: 1 });
});

test.each<[string, string[], Record<string, string>, RegExp]>([
  [
    'a log that is not there',
    [],
    { 'records.log': lines(RECORDS) },
    /PIL001: a file cannot be read\n {2}audit\.log: ENOENT/,
  ],
  [
    'records that are none',
    [],
    { 'records.log': '{}\n', 'audit.log': lines(EVENTS) },
    /PIL004.*\n {2}no decision record of a review in records\.log/,
  ],
  [
    'an audit log that is none',
    [],
    { 'records.log': lines(RECORDS), 'audit.log': lines(RECORDS) },
    /PIL004.*\n {2}no complete event of an audit log .* in audit\.log/,
  ],
  ['stdin', ['--records', '-'], {}, /PIL003.*\n {2}stdin cannot be read twice/],
  ['a skew that is none', ['--clock-skew', 'soon'], {}, /--clock-skew is "soon"; accepted: seconds, from 0 to 3600/],
])('%s cannot be compared', async (_, more, files, message) => {
  const { exit, stdout, stderr } = await pillion(
    ['audit', 'verify', '--records', 'records.log', '--audit-log', 'audit.log', ...more],
    { files },
  );
  expect([exit, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(message);
});

test('lines that cannot be read are named, and the rest is compared', async () => {
  const gelf = { version: '1.1', _schema: 'pillion.io/decision-record/v1' };
  const text = `${lines(RECORDS)}{"half\n${lines([{ ...RECORDS[0], schema: 'pillion.io/decision-record/v9' }, { ...RECORDS[0], verdict: 'maybe' }, gelf])}`;
  const files = { 'records.log': text, 'audit.log': `${lines(EVENTS)}\u0000\u0001\n` };
  const { exit, stderr } = await pillion(['audit', 'verify', '--records', 'records.log', '--audit-log', 'audit.log'], {
    files,
  });
  expect(exit).toBe(0);
  expect(stderr).toContain('5 lines could not be read');
  for (const place of [
    'audit.log:9: is not text: it has bytes that are zero',
    'records.log:9: is not JSON',
    'records.log:10: /schema',
    'records.log:11: /verdict',
    'records.log:12: is a record as a GELF message',
  ])
    expect(stderr).toContain(place);
});

test.each<[string, string]>([
  ['as kubectl logs --prefix prints it', '[pod/pillion-7d9f-x2x/pillion] '],
  ['as kubectl logs --prefix --timestamps prints it', '[pod/pillion-7d9f-x2x/pillion] 2026-11-03T10:00:00.123456789Z '],
])('logs may be packed, and a record %s', async (_, prefix) => {
  const bytes = {
    'records.log': gzipSync(RECORDS.map((record) => `${prefix}${JSON.stringify(record)}\n`).join('')),
    'audit.log': gzipSync(lines(EVENTS)),
  };
  const args = ['audit', 'verify', '--records', 'records.log', '--audit-log', 'audit.log', '--clock-skew', '0'];
  expect(await pillion(args, { bytes })).toEqual(await verified(RECORDS, EVENTS));
});

test('a line that is too long is named, and the rest is compared', async () => {
  const files = {
    'records.log': `{"a":"${'x'.repeat(4 * 1024 * 1024)}"}\n${lines(RECORDS)}`,
    'audit.log': lines(EVENTS),
  };
  const args = ['audit', 'verify', '--records', 'records.log', '--audit-log', 'audit.log'];
  const { exit, stderr } = await pillion(args, { files });
  expect(exit).toBe(0);
  expect(stderr).toContain('records.log:1: has 4194313 bytes; a line of at most 4 MiB is read');
});

test('whatever is taken away, added and changed, exactly that is found', async () => {
  const many = Array.from({ length: 60 }, (_, second) =>
    pair(second, 'warn', podWith({ metadata: { name: `web-${second}` } })),
  );
  const fate = fc.constantFrom('kept', 'taken', 'changed');
  await fc.assert(
    fc.asyncProperty(
      fc.array(fate, { minLength: 58, maxLength: 58 }),
      fc.uniqueArray(fc.nat(30)),
      async (fates, forged) => {
        const records = many.flatMap(({ record }, n) => {
          const what = fates[n - 1] ?? 'kept';
          return what === 'taken' ? [] : [what === 'changed' ? { ...record, user: 'mallory' } : record];
        });
        const extra = forged.map((n): Json => ({ ...pair(100 + n, 'warn').record, time: at(1 + n) }));
        const { findings, hooks } = await asJson(
          [...extra, ...records],
          many.map(({ event }) => event),
        );
        const idsOf = (kind: string) =>
          findings
            .filter((each: Json) => each.kind === kind)
            .map(({ recordId }: Json) => recordId)
            .sort();
        const idsWith = (what: string) =>
          many
            .filter((_, n) => fates[n - 1] === what)
            .map(({ record }) => record.recordId)
            .sort();
        expect([idsOf('missing'), idsOf('changed'), idsOf('extra')]).toEqual([
          idsWith('taken'),
          idsWith('changed'),
          extra.map(({ recordId }) => recordId).sort(),
        ]);
        expect(hooks.warn.equal).toBe(60 - idsWith('taken').length - idsWith('changed').length);
      },
    ),
    { numRuns: 30 },
  );
});
