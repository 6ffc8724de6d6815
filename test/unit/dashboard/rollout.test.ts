import { expect, test } from '@jest/globals';
import type { RolloutPlan } from '../../../src/core/api/rollout-plan.ts';
import { rolloutOf } from '../../../src/core/dashboard/rollout-of.ts';
import { ROUTES } from '../../../src/core/dashboard/routes.ts';
import type { RolloutAction } from '../../../src/core/rollout/rollout-record.ts';
import { validAnswer } from '../../core-fixtures/valid-answer.ts';

const HTML = '<b>jane</b>';
const plan: RolloutPlan = {
  apiVersion: 'pillion.io/v1alpha1',
  kind: 'RolloutPlan',
  metadata: { name: 'default' },
  spec: {
    stages: [
      { name: 'first', state: 'Open', from: '2026-10-01', until: '2026-11-01', namespaces: ['shop', 'gone'] },
      {
        name: 'second',
        state: 'Closed',
        namespaceSelector: { matchLabels: { tier: 'two' }, matchExpressions: [] },
        features: ['Resilience'],
      },
      { name: 'elsewhere', state: 'Closed', environment: 'test', namespaces: ['shop'] },
    ],
    goals: [],
    gates: { compatibility: { incompatible: 0 } },
  },
};
const ACTIONS: readonly RolloutAction[] = [
  {
    at: '2026-10-02T09:15:00.000Z',
    by: HTML,
    did: 'Opened',
    stage: 'first',
    gates: [{ gate: 'compatibility', state: 'failed', says: 'two are' }],
  },
  { at: 'a moment ago', by: 'unknown', did: 'Paused', reason: 'it is Friday' },
];
const NAMESPACES = [
  { name: 'shop', labels: {} },
  { name: 'b', labels: { tier: 'two' } },
  { name: 'a', labels: { tier: 'two' } },
];
const rollout = (more: Partial<Parameters<typeof rolloutOf>[0]> = {}) =>
  validAnswer(
    ROUTES.rollout.answer,
    rolloutOf({
      ...{
        plan,
        enforced: true,
        namespaces: NAMESPACES,
        byStage: new Map(),
        actions: ACTIONS,
        askedGates: [],
        acknowledged: new Map(),
      },
      ...{ place: { namespace: 'pillion-system', installation: 'pillion' }, asOf: '', remarks: [] },
      ...more,
    }),
  );

test('stages of this environment stand in their order, with the namespaces that they have and that they name', () => {
  expect(rollout().stages).toMatchObject([
    { name: 'first', state: 'Open', from: '2026-10-01', to: '2026-11-01', namespaces: ['gone', 'shop'] },
    { name: 'second', state: 'Closed', namespaces: ['a', 'b'], features: ['Resilience'] },
  ]);
});

test('gates are those that were recorded, with when and by whom, and else those that hold and were not asked', () => {
  const [first, second] = rollout().stages;
  expect(first).toMatchObject({
    gates: [{ gate: 'compatibility', state: 'failed', says: 'two are' }],
    gatesOf: `asked by ${HTML} on 2 Oct 2026 at 09:15 UTC, when it was opened`,
  });
  expect(second).toMatchObject({
    gates: [{ gate: 'compatibility', state: 'unknown', next: 'Run `pillion rollout gates second --record`.' }],
  });
  expect(second).not.toHaveProperty('gatesOf');
});

test('gates that were asked since say what they came to then, and one that the plan has had since is not asked yet', () => {
  const gates = [{ gate: 'restarts', state: 'passed', says: 'none, asked for is at most 0' } as const];
  const asked = (stage: string, at: string) => ({ stage, at, by: 'ada', gates });
  const askedGates = [asked('first', '2026-10-01T08:00:00Z'), asked('second', '2026-11-02T09:15:00Z')];
  const [first, second] = rollout({ askedGates }).stages;
  // it was opened later
  expect(first?.gatesOf).toContain('when it was opened');
  expect(second).toMatchObject({
    gates: [
      { gate: 'restarts', state: 'passed', says: 'none, asked for is at most 0' },
      { gate: 'compatibility', state: 'unknown', says: 'not asked yet' },
    ],
    gatesOf: 'asked by ada on 2 Nov 2026 at 09:15 UTC',
  });
  const [later] = rollout({ askedGates: [asked('first', '2026-10-03T08:00:00Z')] }).stages;
  expect(later?.gatesOf).toBe('asked by ada on 3 Oct 2026 at 08:00 UTC');
});

test('actions stand newest first, a time that somebody edited as it is', () => {
  expect(rollout().actions.map(({ at, did }) => `${did} ${at}`)).toEqual([
    'Paused a moment ago',
    'Opened 2026-10-02T09:15:00.000Z',
  ]);
});

test('commands are whole lines of this installation, and what a shell would read stands in quotes', () => {
  const place = { namespace: 'mesh; rm -rf /', installation: "jane's" };
  const named = { ...plan, spec: { ...plan.spec, stages: [{ name: '$(reboot)', state: 'Closed' as const }] } };
  const { stages, commands } = rollout({ plan: named, place });
  const flags = `--installed-as 'jane'\\''s' --own-namespace 'mesh; rm -rf /'`;
  expect(stages[0]?.commands.map(({ command }) => command)).toEqual([
    `pillion rollout gates '$(reboot)' ${flags} --record`,
    `pillion rollout brief '$(reboot)' ${flags}`,
    `pillion rollout open '$(reboot)' ${flags} --dry-run`,
    `pillion rollout open '$(reboot)' ${flags}`,
  ]);
  expect(commands).toEqual([
    { does: 'Pause the rollout', command: `pillion rollout pause --reason 'why it is paused' ${flags}` },
  ]);
});

test('an open stage shows first whose pods would be restarted, and where: the whole cluster unless it has one namespace', () => {
  const open = (name: string, more: object) => ({ name, state: 'Open' as const, ...more });
  const stages = [
    open('wide', { namespaces: ['a', 'b'] }),
    open('small', { namespaces: ['shop'] }),
    open('metrics', { namespaces: ['shop'], features: ['Observability'] }),
  ];
  const told = rollout({ plan: { ...plan, spec: { ...plan.spec, stages } } }).stages.map(({ commands }) => commands);
  const restarts = told.map((commands) => commands.filter(({ command }) => command.includes('restart')));
  expect(restarts.map((commands) => commands.map(({ command }) => command))).toEqual([
    ['pillion rollout restart --missing --dry-run', 'pillion rollout restart --missing'],
    ['pillion rollout restart --missing -n shop --dry-run', 'pillion rollout restart --missing -n shop'],
    ['pillion rollout restart --stale -n shop --dry-run', 'pillion rollout restart --stale -n shop'],
  ]);
  for (const { does } of restarts[0] ?? []) expect(does).toContain('in the whole cluster');
  expect(told[0]?.map(({ command }) => command).slice(2)).toEqual([
    'pillion rollout brief wide',
    'pillion rollout rollback wide',
  ]);
});

test('a plan that is paused says why and how to go on; without a plan one is proposed', () => {
  const paused = { ...plan, spec: { ...plan.spec, paused: { reason: 'it is Friday' } } };
  expect(rollout({ plan: paused })).toMatchObject({
    paused: 'it is Friday',
    commands: [{ command: 'pillion rollout resume' }],
  });
  expect(rollout({ plan: undefined })).toMatchObject({
    stages: [],
    commands: [{ command: 'pillion rollout plan -o yaml' }],
  });
});

test('what squads have acknowledged is told with who said so', () => {
  const given = { workloads: 2, digest: 'd' };
  const acknowledged = new Map([
    [
      'second',
      [
        {
          ...given,
          squad: 'web',
          state: 'acknowledged' as const,
          name: 'Jane',
          time: '2026-11-02T08:00:00Z',
          read: 'd',
        },
        { ...given, squad: HTML, state: 'lacking' as const },
      ],
    ],
  ]);
  expect(rollout({ acknowledged }).stages[1]?.acknowledgements).toEqual([
    { squad: 'web', workloads: 2, state: 'acknowledged', by: 'Jane on 2 Nov 2026 at 08:00 UTC' },
    { squad: HTML, workloads: 2, state: 'missing' },
  ]);
});
