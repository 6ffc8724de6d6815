import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { connect } from '../../../src/cluster/connect.ts';
import { clusterDashboard } from '../../../src/cluster/dashboard/cluster-dashboard.ts';
import { StillReading } from '../../../src/cluster/dashboard/kept-reading.ts';
import { liveNamespaces } from '../../../src/cluster/live-namespaces.ts';
import { policyOfObjects } from '../../../src/cluster/policy-objects/followed-objects.ts';
import type { KubeTransport } from '../../../src/cluster/transport.ts';
import type { DashboardData } from '../../../src/core/dashboard/dashboard-data.ts';
import { ROUTES } from '../../../src/core/dashboard/routes.ts';
import { isoDay } from '../../../src/core/json/iso-time.ts';
import { objectsLoader } from '../../../src/core/policy/objects-loader.ts';
import { dashboardThreads } from '../../../src/server/dashboard/threads.ts';
import { validAnswer } from '../../core-fixtures/valid-answer.ts';
import { pillion as commandLine } from '../../unit/cli/command-line.ts';
import { deploymentText } from '../deployment-text.ts';
import { eventually } from '../eventually.ts';
import { OWN_NAMESPACE } from '../installation.ts';
import { ownKinds } from '../own-kinds.ts';
import { ASKS, simplePod } from '../pods.ts';
import { ENABLED, testCluster } from '../test-cluster.ts';
import { serverOnly } from './reader.ts';

// from its source it takes a while to start
const program = new URL('../../../src/main.ts', import.meta.url);
const TRIBE = { 'pillion.io/tribe': 'sales' };
const cluster = testCluster({
  shop: { ...ENABLED, ...TRIBE },
  street: {},
  hidden: ENABLED,
  // words that are something else to a program
  constructor: { ...ENABLED, 'pillion.io/tribe': 'constructor' },
  [OWN_NAMESPACE]: {},
});
let transport: KubeTransport & { close(): void | Promise<void> };
let data: DashboardData;

const POLICY = {
  apiVersion: 'pillion.io/v1alpha1',
  kind: 'InjectionPolicy',
  metadata: { name: 'default' },
  spec: { profiles: [{ name: 'envoy' }], protectedNamespaces: ['kube-node-lease'] },
};
const PLAN = {
  apiVersion: 'pillion.io/v1alpha1',
  kind: 'RolloutPlan',
  metadata: { name: 'default' },
  spec: {
    stages: [
      { name: 'first', state: 'Open', namespaces: ['shop'] },
      { name: 'second', namespaces: ['street'], gates: { acknowledgements: { share: '100%' } } },
    ],
    goals: [{ metric: 'Injected', target: '80%', by: '2027-01-31' }],
  },
};
const quota = {
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name: 'pods', namespace: 'street' },
  spec: { hard: { 'requests.memory': '10Gi' } },
};
// what containers leave out is filled in, as the quota wants it
const limits = {
  apiVersion: 'v1',
  kind: 'LimitRange',
  metadata: { name: 'pods', namespace: 'street' },
  spec: { limits: [{ type: 'Container', defaultRequest: { cpu: '50m', memory: '64Mi' } }] },
};

const PODS = 14;
const see =
  (...names: readonly string[]) =>
  (namespace: string) =>
    names.includes(namespace);
const everything = () => true;
/** An answer for which nothing is missing that is still being read: threads that run from source take a while to start. */
async function whole<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    const answer = await ask().catch((error: unknown) => {
      if (error instanceof StillReading) return error;
      throw error;
    });
    const isWhole = !(answer instanceof StillReading || JSON.stringify(answer).includes('still being read'));
    if (isWhole) return answer as T;
  }
}
const json = async (...args: readonly string[]) => {
  const { stdout, stderr } = await commandLine(
    [...args, '--kubeconfig', cluster.controlPlane.kubeconfig, '-o', 'json'],
    {
      now: new Date(),
    },
  );
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout);
};
const apply = async (...manifests: readonly (object | string)[]) => {
  for (const manifest of manifests) {
    const text = typeof manifest === 'string' ? manifest : JSON.stringify(manifest);
    expect(await cluster.controlPlane.kubectl(['apply', '-f', '-'], text)).toMatchObject({ code: 0 });
  }
};

const madeOf = (kind: string, name: string, spec: object, apiVersion = 'apps/v1', more: object = {}): object => {
  const labels = { app: name, 'pillion.io/squad': 'constructor' };
  const template = { metadata: { labels, annotations: ASKS }, spec: simplePod(name).spec };
  const selector = kind === 'Job' ? {} : { selector: { matchLabels: labels } };
  const metadata = { name, namespace: 'constructor', ...more };
  return { apiVersion, kind, metadata, spec: { ...selector, template, ...spec } };
};
const ends = { restartPolicy: 'Never' };
const job = (name: string) => {
  const { spec } = madeOf('Job', name, {}) as { readonly spec: { readonly template: { readonly spec: object } } };
  return { template: { ...spec.template, spec: { ...spec.template.spec, ...ends } } };
};
/** One of each kind that makes pods, under names that are something else to a program, and that look like those of another kind. */
const KINDS = [
  madeOf('Deployment', 'constructor', { replicas: 2, paused: true }),
  madeOf('StatefulSet', 'constructor', { replicas: 1, serviceName: 'constructor' }),
  madeOf('ReplicaSet', 'of-its-own', { replicas: 1 }),
  madeOf('Job', 'migration-20261103', job('migration-20261103'), 'batch/v1'),
  {
    ...{ apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'backup', namespace: 'constructor' } },
    spec: { schedule: '0 0 1 1 *', suspend: true, jobTemplate: { spec: job('backup') } },
  },
  {
    ...simplePod('bare', { annotations: ASKS }),
    metadata: { name: 'bare', namespace: 'constructor', annotations: ASKS },
  },
];

/** As the webhook would have it, without its being there. */
async function injected(manifest: string): Promise<string> {
  const enabled = ['--namespace-label', 'istio-injection=enabled'];
  const { exit, stdout, stderr } = await commandLine(['inject', '-f', 'manifest', ...enabled], { files: { manifest } });
  if (exit !== 0) throw new Error(stderr);
  return stdout;
}

beforeAll(async () => {
  await ownKinds(cluster.api);
  await apply(
    POLICY,
    PLAN,
    limits,
    quota,
    await injected(deploymentText('shop', 'web', ASKS, 3)),
    deploymentText('shop', 'bare', ASKS, 2),
    deploymentText('shop', 'silent', {}, 1),
    deploymentText('street', 'stall', { ...ASKS, 'note.example/html': '<img src=x onerror=alert(1)>' }, 2),
    deploymentText('hidden', 'ghost', ASKS, 1),
    deploymentText('hidden', 'none', ASKS, 0),
    ...KINDS,
  );
  const from = ['create', 'job', '-n', 'constructor', '--from=cronjob/backup', 'backup-29700000'];
  expect(await cluster.controlPlane.kubectl(from)).toMatchObject({ code: 0 });
  await eventually('all pods are there', async () => {
    const { body } = await cluster.api.call('GET', '/api/v1/pods');
    const { items } = body as { readonly items: readonly { readonly metadata: { readonly namespace: string } }[] };
    return (
      items.filter(({ metadata }) => see('shop', 'street', 'hidden', 'constructor')(metadata.namespace)).length === PODS
    );
  });
  const kubeconfig = await serverOnly(cluster);
  transport = await connect({ kubeconfig });
  const place = { namespace: OWN_NAMESPACE, installation: 'pillion' };
  const now = () => new Date();
  const at = { history: place, load: objectsLoader(OWN_NAMESPACE, now), today: () => isoDay(now()) };
  const { active, shadows } = await policyOfObjects(at, transport);
  const namespaces = await liveNamespaces(transport);
  data = clusterDashboard({
    ...{ transport, place, files: undefined, version: '1.2.3', now, elapsedMs: () => performance.now() },
    snapshot: () => ({ policy: active, shadows, namespaces }),
    verdicts: () => ({ since: now().toISOString(), byVerdict: {}, byReason: [] }),
    health: () => [],
    ...dashboardThreads({ program, kubeconfig, withinMs: 300_000 }),
  });
});

afterAll(() => transport?.close());

test('the overview counts as rollout status does', async () => {
  const overview = validAnswer(ROUTES.overview.answer, await data.overview({}, everything));
  const told = await json('rollout', 'status');
  expect(overview.samples.at(-1)).toMatchObject({ pods: told.pods, workloads: told.workloads });
  expect(overview.cluster).toMatchObject({ pods: PODS });
  expect(overview.goals).toMatchObject([{ metric: 'Injected', scope: 'workloads injected', target: 0.8 }]);
  expect(overview.goals[0]?.now).toBeCloseTo(told.goals[0].now.reached / told.goals[0].now.of);
  expect(overview.remarks).toEqual([]);
  const { total } = validAnswer(
    ROUTES.workloads.answer,
    await data.workloads({ compatibility: 'incompatible' }, everything),
  );
  expect(overview.cluster.incompatible).toBe(total);
});

test('each stage counts as rollout status does, with the lines for a terminal', async () => {
  const rollout = validAnswer(ROUTES.rollout.answer, await whole(() => data.rollout({}, everything)));
  expect(rollout.remarks).toEqual([]);
  const { groups } = await json('rollout', 'status', '--by', 'stage');
  expect(rollout.stages.map(({ name, pods, workloads }) => ({ name, pods, workloads }))).toEqual(
    groups
      .filter(({ name }: { name: string | null }) => name !== null)
      .map(({ name, pods, workloads }: Record<string, unknown>) => ({ name, pods, workloads })),
  );
  expect(rollout.stages[1]).toMatchObject({
    state: 'Closed',
    namespaces: ['street'],
    gates: [{ gate: 'acknowledgements', state: 'unknown', says: 'not asked yet' }],
    acknowledgements: [{ squad: 'unowned', workloads: 1, state: 'missing' }],
    commands: expect.arrayContaining([{ does: 'Open this stage', command: 'pillion rollout open second' }]),
  });
});

test('the briefing is that of rollout brief', async () => {
  const briefing = validAnswer(
    ROUTES.briefing.answer,
    await whole(() => data.briefing({ stage: 'second' }, everything)),
  );
  const flags = ['--kubeconfig', cluster.controlPlane.kubeconfig];
  const { stdout } = await commandLine(['rollout', 'brief', 'second', ...flags], { now: new Date() });
  const timeless = (text: string | undefined) => text?.replace(/stood at \S+/, '');
  expect(timeless(briefing?.markdown)).toBe(timeless(stdout));
  expect(briefing?.html).toContain('<h1>Briefing: stage second</h1>');
  expect(await data.briefing({ stage: 'nothing' }, everything)).toBeUndefined();
});

test('a workload has the verdict that explain says and the findings that check says, and nobody sees those of other namespaces', async () => {
  const visible = see('shop', 'street', 'constructor');
  const page = validAnswer(ROUTES.workloads.answer, await data.workloads({}, visible));
  expect(page.items.map(({ namespace, kind, name }) => `${namespace}/${kind}/${name}`)).toEqual([
    'constructor/CronJob/backup',
    'constructor/Deployment/constructor',
    'constructor/Job/migration-20261103',
    'constructor/Pod/bare',
    'constructor/ReplicaSet/of-its-own',
    'constructor/StatefulSet/constructor',
    'shop/Deployment/bare',
    'shop/Deployment/silent',
    'shop/Deployment/web',
    'street/Deployment/stall',
  ]);
  const checked = await json('check', '-A');
  for (const row of page.items) {
    const [explained] = await json('explain', `${row.kind}/${row.name}`, '-n', row.namespace);
    expect([row.verdict, row.reason]).toEqual([explained.record.verdict, explained.record.reason]);
    const states = Object.fromEntries(
      (explained.pods?.states ?? [{ state: explained.running.state, pods: 1 }]).map(
        ({ state, pods }: { state: string; pods: number }) => [state, pods],
      ),
    );
    expect(row.states).toEqual(states);
    const detail = validAnswer(ROUTES.workload.answer, await data.workload(row, visible));
    expect(detail?.row).toEqual(row);
    expect(detail?.settings).toEqual(explained.sidecar ?? []);
    expect(detail?.checks.map(({ check }) => check)).toEqual(
      explained.checks.map(({ check }: { check: string }) => check),
    );
    const isRow = (one: Record<string, unknown>) =>
      one.name === row.name && one.kind === row.kind && one.namespace === row.namespace;
    const found = checked.workloads.find(isRow);
    expect(detail?.findings.map(({ code }) => code)).toEqual(found.findings.map(({ code }: { code: string }) => code));
  }
  expect(await data.workload({ namespace: 'hidden', kind: 'Deployment', name: 'ghost' }, visible)).toBeUndefined();
  expect(await data.workload({ namespace: 'shop', kind: 'Deployment', name: 'nobody' }, visible)).toBeUndefined();
});

test('a namespace has the counts that rollout status has by namespace', async () => {
  const page = validAnswer(ROUTES.namespaces.answer, await data.namespaces({}, everything));
  const { groups } = await json('rollout', 'status', '--by', 'namespace');
  for (const { name, pods, workloads } of groups)
    expect(page.items.find((row) => row.name === name)).toMatchObject({ pods, workloads });
  expect(page.items.find(({ name }) => name === 'shop')).toMatchObject({
    ...{ tribe: 'sales', stage: 'first', optIn: 'enabled', toMend: 2 },
  });
  const seen = await data.namespaces({ optIn: 'enabled' }, see('shop', 'street'));
  expect(seen).toMatchObject({ total: 1, items: [{ name: 'shop' }] });
});

test('capacity has the lines of the command', async () => {
  const view = validAnswer(ROUTES.capacity.answer, await whole(() => data.capacity({}, everything)));
  expect(view.remarks).toEqual([]);
  const told = await json('capacity');
  expect(view.lines.map(({ what, unit, at }) => ({ what, unit, ...at }))).toEqual(
    told.lines.map(({ what, unit, now, afterStage, everything: all }: Record<string, unknown>) => ({
      ...{ what, unit },
      ...(now !== undefined && { now }),
      ...(afterStage !== undefined && { afterStage }),
      ...(all !== undefined && { everything: all }),
    })),
  );
  expect(view.quotas).toMatchObject([{ namespace: 'street', quota: 'pods', lacks: false }]);
});

test('the policy is that of policy show, with what is chosen told from what is as built in', async () => {
  const view = validAnswer(ROUTES.policy.answer, await data.policy({}, everything));
  expect(view.remarks).toEqual([]);
  const { revision } = await json('policy', 'show', '--from-cluster');
  expect(view.active).toMatchObject({ name: 'default', revision, source: 'InjectionPolicy default', problems: [] });
  const origin = (path: string) => view.active.effective.find((one) => one.path === path)?.origin;
  expect(origin('/spec/protectedNamespaces')).toBe('InjectionPolicy default');
  expect(origin('/spec/optIn/rule')).toBe('as built in');
  expect(view.profiles).toMatchObject([{ name: 'envoy', kind: 'Envoy' }]);
});

test('the playground knows the labels of namespaces that the asker may see, and of no others', async () => {
  const manifests = [deploymentText('shop', 'new', ASKS, 1), deploymentText('hidden', 'new', ASKS, 1)].join('---\n');
  const answer = validAnswer(ROUTES.playground.answer, await data.playground({ manifests }, see('shop')));
  expect(answer).toMatchObject({
    problems: [],
    workloads: [
      { namespace: 'shop', namespaceKnown: true, active: { verdict: 'inject', reason: 'opted-in' } },
      { namespace: 'hidden', namespaceKnown: false, active: { verdict: 'skip', reason: 'namespace-not-enabled' } },
    ],
  });
  expect(answer.workloads[0]?.active.diff).toContain('+    - name: istio-proxy');
});
