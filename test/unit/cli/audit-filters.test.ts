import { expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import type { DecisionRecord } from '../../../src/core/api/decision-record.ts';
import { recorded } from '../../core-fixtures/admissions.ts';
import { askingPod, ownedBy, podWith } from '../../core-fixtures/pods.ts';
import { pillion } from './command-line.ts';

const line = (record: object): string => `${JSON.stringify(record)}\n`;
const at = (time: string, uid: string) => ({ time: `2026-${time}Z`, uid, recordId: `id-${uid}` });

const web: DecisionRecord = {
  ...recorded(ownedBy('StatefulSet', 'web', askingPod())),
  ...at('11-01T10:00:00.000', 'a'),
  ...{ user: 'alice', tribe: 'green', squad: 'cart', profile: 'envoy' },
};
const agent: DecisionRecord = {
  ...recorded(ownedBy('DaemonSet', 'agent', podWith({})), { hook: 'warn', namespace: 'ops' }),
  ...at('11-02T12:00:00.000', 'b'),
  ...{ user: 'bob', tribe: 'blue', policy: { name: 'strict', revision: '1' }, profile: 'istio' },
};
const bare: DecisionRecord = {
  ...recorded(askingPod({ 'sidecar.istio.io/logLevel': 'loud' })),
  ...at('11-03T09:00:00.000', 'c'),
  ...{ pod: 'debug', user: 'carol' },
};
const log = [web, agent, bare].map(line).join('');
const audit = (...args: string[]) => pillion(['audit', '-f', 'log', ...args], { files: { log } });

test.each<[string[], string[]]>([
  [
    ['--since', '2026-11-02'],
    ['agent', 'debug'],
  ],
  [
    ['--until', '2026-11-02'],
    ['web', 'agent'],
  ],
  [
    ['--since', '1d ago'],
    ['agent', 'debug'],
  ],
  [['--since', '1h30m'], ['debug']],
  [
    ['--since', '2026-11-01T11:00:00+01:00', '--until', '2026-11-02T12:00:00Z'],
    ['web', 'agent'],
  ],
  [['-n', 'ops'], ['agent']],
  [
    ['-n', 'ops', '-n', 'shop', '--user', 'alice', '--user', 'bob'],
    ['web', 'agent'],
  ],
  [['--workload', 'web'], ['web']],
  [['--workload', 'sts/web'], ['web']],
  [['--workload', 'StatefulSet/web'], ['web']],
  [['--workload', 'deploy/web'], []],
  [['--workload', 'debug'], ['debug']],
  [['--tribe', 'blue'], ['agent']],
  [['--squad', 'cart'], ['web']],
  [['--user', 'carol'], ['debug']],
  [
    ['--verdict', 'deny', '--verdict', 'skip'],
    ['agent', 'debug'],
  ],
  [['--reason', 'opted-in'], ['web']],
  [['--policy', 'strict'], ['agent']],
  [['--profile', 'istio'], ['agent']],
  [['--profile', 'istio', '--user', 'alice'], []],
])('%j: stories and sums', async (args, names) => {
  const told = JSON.parse((await audit(...args, '-o', 'json')).stdout) as { decision: DecisionRecord; pod: string }[];
  expect(told.map(({ decision, pod }) => decision.owner?.name ?? pod)).toEqual(names);
  const { toldOf } = JSON.parse((await audit(...args, '--summary', '-o', 'json')).stdout);
  expect(toldOf.pod).toBe(names.length);
});

test('a story is asked for by who applied its workload as well', async () => {
  const job = { apiVersion: 'batch/v1', kind: 'Job', name: 'report', uid: '1', template: 't' };
  const { pod: _, ...made } = { ...recorded(ownedBy('Job', 'report', askingPod())), ...at('11-01T10:00:05.000', 'p') };
  const applied = { ...made, ...at('10-31T10:00:00.000', 'w'), hook: 'workloads', user: 'alice', workload: job };
  const { controllerUid: __, owner: ___, ...workload } = applied;
  const files = { log: line(workload) + line(made) };
  for (const args of [
    ['--user', 'alice'],
    ['--user', made.user],
    ['--workload', 'job/report'],
    ['--since', '2026-11-01'],
  ]) {
    const { stdout } = await pillion(['audit', '-f', 'log', ...args, '-o', 'json'], { files });
    expect(JSON.parse(stdout)).toMatchObject([{ requestedBy: { user: 'alice', kind: 'Job', name: 'report' } }]);
  }
});

test.each<[string[], string]>([
  [['--verdict', 'skp'], 'Did you mean skip? There are inject, skip, deny, allow, error.'],
  [['--verdict', 'maybe'], '"maybe" is none. There are inject, skip, deny, allow, error.'],
  [['--reason', 'not-opted'], '"not-opted" is none.'],
  [['--reason', 'not-optd-in'], 'Did you mean not-opted-in?'],
  [
    ['--since', 'tuesday'],
    'Give a time such as 2026-11-03T10:00:00Z, a day such as 2026-11-03 (in UTC), or so long ago',
  ],
  [['--until', '2026-02-30'], 'Give a time such as'],
  [['--since', '2026-11-03', '--until', '2026-11-01'], '--since is after --until'],
  [['-o', 'xml'], 'Allowed choices are human, json, yaml, csv'],
])('%j is not accepted', async (args, message) => {
  const { exit, stdout, stderr } = await audit(...args);
  expect([exit, stdout]).toEqual([2, '']);
  expect(stderr).toContain(message);
});

test('no file at all is a matter of use', async () => {
  const { exit, stderr } = await pillion(['audit']);
  expect([exit, stderr]).toEqual([2, expect.stringContaining('give -f FILE for each log, or -f - for stdin')]);
});

test('comma-separated values: one row a story, and nothing that a spreadsheet runs', async () => {
  const forged = { ...bare, pod: '=HYPERLINK("x")', user: '@SUM(A1)', namespace: '-1,\r\n2' };
  const { stdout } = await pillion(['audit', '-f', 'log', '-o', 'csv'], { files: { log: line(forged) } });
  const [head, ...rows] = stdout.split('\r\n');
  expect(head).toMatch(/^time,verdict,reason,namespace,pod,podUid,workload,/);
  expect(rows.join('\r\n')).toBe(
    `2026-11-03T09:00:00.000Z,deny,invalid-annotation,"'-1,\r\n2","'=HYPERLINK(""x"")",,"Pod/=HYPERLINK(""x"")",,,'@SUM(A1),CREATE,"Pod/=HYPERLINK(""x"")",2026-11-03T09:00:00.000Z,'@SUM(A1),CREATE,default,${bare.policy.revision},envoy,${bare.rule},id-c\r\n`,
  );
});

test('json and yaml are lists of the same stories, with all of each record', async () => {
  const json = JSON.parse((await audit('-o', 'json')).stdout);
  expect(json.map(({ decision }: { decision: object }) => decision)).toEqual([web, agent, bare]);
  expect((await audit('-o', 'yaml')).stdout).toBe(stringify(json, { compat: 'yaml-1.1' }));
  expect((await audit('-n', 'none', '-o', 'json')).stdout).toBe('[]\n');
});

test('sums for machines: of each row its name and count', async () => {
  const { stdout } = await audit('--summary', '-o', 'csv');
  expect(stdout.split('\r\n')).toEqual(
    expect.arrayContaining([
      'by,name,verdict,count',
      'record,pod,,3',
      'pod reason,opted-in,inject,1',
      'namespace,ops,skip,1',
      'day,2026-11-03,deny,1',
    ]),
  );
});
