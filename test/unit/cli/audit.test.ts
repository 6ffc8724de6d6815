import { expect, test } from '@jest/globals';
import { admitted, recorded } from '../../core-fixtures/admissions.ts';
import { auditEvent } from '../../core-fixtures/audit-events.ts';
import { askingPod, ownedBy, podWith } from '../../core-fixtures/pods.ts';
import { pillion } from './command-line.ts';

const line = (record: object): string => `${JSON.stringify(record)}\n`;
const injected = recorded(askingPod());
const silent = recorded(podWith({ metadata: { name: 'worker' } }), { hook: 'warn', uid: 'other' });
const audit = (text: string, ...args: string[]) =>
  pillion(['audit', '-f', 'records.log', ...args], { files: { 'records.log': text } });

test('for people: when, what, why, and who asked', async () => {
  const { stdout, exit, stderr } = await audit(line(injected) + line(silent));
  expect([exit, stderr]).toEqual([0, '']);
  expect(stdout).toBe(`2026-11-03T10:00:00.000Z  inject  shop/web  opted-in: it asks for a sidecar
                          system:serviceaccount:kube-system:job-controller created Pod/web at 2026-11-03T10:00:00.000Z (record ${injected.recordId})
2026-11-03T10:00:00.000Z  skip  shop/worker  not-opted-in: it does not ask for a sidecar
                          system:serviceaccount:kube-system:job-controller created Pod/worker at 2026-11-03T10:00:00.000Z (record ${silent.recordId})
`);
});

test('lines of another kind are passed over, broken ones are named by their number and lose nothing', async () => {
  const ownLog = `{"level":30,"msg":"ready"}\n${line({ level: 40, msg: 'changed unseen', recordId: 'a' })}`;
  const text = `${ownLog}${line(injected)}{"half\n\n${line({ ...injected, verdict: 'maybe' })}`;
  const { stdout, stderr, exit } = await audit(text);
  expect(stdout.split('\n').filter((shown) => shown.includes('shop/web'))).toHaveLength(1);
  expect(stderr).toContain('2 lines could not be read');
  expect(stderr).toContain('records.log:4: is not JSON');
  expect(stderr).toContain('records.log:6: /verdict: is a record that cannot be read');
  expect(exit).toBe(0);
});

test.each<[string, string[]]>([
  ['stories', ['audit', '-f', 'log', '-o', 'json']],
  ['a summary', ['audit', '-f', 'log', '--summary']],
  ['a comparison with the audit log', ['audit', 'verify', '--records', 'log', '--audit-log', 'audit.log']],
  ['a simulation', ['simulate', '--policy', 'default.yaml', '--audit', 'log']],
])('a record that is nested without end is a broken line, and %s has the rest', async (_, args) => {
  // JSON.parse reads it, and nothing can write it again
  const nested = (levels: number) => `${'['.repeat(levels)}"\\"["${']'.repeat(levels)}`;
  const deep = (levels: number) => `${JSON.stringify(silent).slice(0, -1)},"later":${nested(levels)}}\n`;
  const answered = admitted(askingPod());
  const files = {
    log: line(injected) + deep(50_000) + deep(100),
    'audit.log': line(auditEvent({ answers: { inject: answered } })),
    'default.yaml': '{apiVersion: pillion.io/v1alpha1, kind: InjectionPolicy, metadata: {name: default}}',
  };
  const { exit, stdout, stderr } = await pillion(args, { files });
  expect(stderr).toContain('1 line could not be read and is left out:\n  log:2: is nested deeper than 128 levels\n');
  expect([exit, stdout]).toEqual([0, expect.not.stringMatching(/^$/)]);
  if (args.includes('json')) expect(JSON.parse(stdout)).toMatchObject([{ pod: 'web' }, { pod: 'worker' }]);
});

test('one namespace only, for machines', async () => {
  const { stdout } = await audit(line(injected), '-n', 'shop', '-o', 'json');
  expect(JSON.parse(stdout)).toMatchObject([{ pod: 'web', decision: { recordId: injected.recordId } }]);
  const none = await audit(line(injected), '-n', 'elsewhere');
  expect([none.stdout, none.stderr]).toEqual([
    '',
    'no record of a pod that is asked for: 0 records were read, 1 line holds nothing of what is asked for\n',
  ]);
  const empty = await audit('\n');
  expect([empty.stdout, empty.stderr]).toEqual(['', 'no record of a pod in these files\n']);
});

test('a pod that is refused again and again is told once', async () => {
  const refused = recorded(ownedBy('Job', 'report', askingPod({ 'sidecar.istio.io/logLevel': 'loud' })));
  const times = ['10:00:00', '10:00:10', '10:00:30'].map((time) => `2026-11-03T${time}.000Z`);
  const { stdout } = await audit(
    times.map((time, n) => line({ ...refused, time, uid: `try-${n}`, recordId: `id-${n}` })).join(''),
  );
  expect(stdout.split('\n')).toHaveLength(3);
  expect(stdout).toContain('settings that cannot be read, 3 times until 2026-11-03T10:00:30.000Z');
});

test('what a log brings of others cannot write on the terminal of its reader', async () => {
  const pod = podWith({ metadata: { name: 'web\u001b[2K\rok', namespace: 'shop' } });
  const { stdout } = await audit(
    line({ ...recorded(pod, { hook: 'warn' }), user: 'mal\nlory\u202e', podUid: '\u009b2J' }),
  );
  expect(stdout).toContain('shop/web\\u001b[2K\\u000dok  ');
  expect(stdout).toContain('mal\\u000alory\\u202e created Pod/');
  expect(stdout).toContain('uid \\u009b2J');
  expect(stdout.split('\n')).toHaveLength(3);
});

test('a pod that names a controller is told as its author’s own, with what it claims', async () => {
  const pod = recorded(ownedBy('Job', 'report', askingPod()), { hook: 'warn' });
  const { stdout } = await audit(line({ ...pod, user: 'mallory' }));
  expect(stdout).toContain(
    'mallory created Pod/web at 2026-11-03T10:00:00.000Z, naming Job/report as its owner (record ',
  );
});

test('a file that is not there is named', async () => {
  const { exit, stderr } = await pillion(['audit', '-f', 'nowhere.log']);
  expect([exit, stderr]).toEqual([2, expect.stringContaining('nowhere.log: ENOENT')]);
});

test('a record of another version is named with its own and with ours', async () => {
  const { stderr, exit } = await audit(line({ schema: 'pillion.io/decision-record/v9' }));
  expect(exit).toBe(0);
  expect(stderr).toContain(
    'records.log:1: /schema: is "pillion.io/decision-record/v9"; this version reads pillion.io/decision-record/v1',
  );
});
