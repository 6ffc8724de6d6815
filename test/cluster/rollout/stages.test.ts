import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { believePods } from '../../ha/believed-pods.ts';
import { freePort } from '../../processes/free-port.ts';
import { pillion as commandLine } from '../../unit/cli/command-line.ts';
import { eventually } from '../eventually.ts';
import { ownKinds, PLANS, POLICIES } from '../own-kinds.ts';
import { ASKS } from '../pods.ts';
import { type Service, startService } from '../service.ts';
import { testCluster } from '../test-cluster.ts';

const NOW = new Date('2026-11-03T10:00:00Z');
const RECORD = '/api/v1/namespaces/pillion-system/configmaps/pillion-rollout';
const KEY = 'istio-injection';

const cluster = testCluster({
  'pillion-system': {},
  shop: {},
  bank: { [KEY]: 'enabled' },
  lending: { [KEY]: 'disabled' },
  retail: { tribe: 'retail' },
});
const ended = new AbortController();
let service: Service;
let port: number;
let believing: Promise<unknown>;

const STAGES = [
  { name: 'pilot', namespaces: ['shop', 'nowhere', 'kube-system'], features: ['Observability'] },
  { name: 'rest', namespaces: ['bank', 'lending'], namespaceSelector: { matchLabels: { tribe: 'retail' } } },
  { name: 'later', from: '2026-12-01', namespaces: ['shop'], podSelector: { matchLabels: { app: 'batch' } } },
];
const plan = (stages: readonly object[] = STAGES, spec: object = {}) => ({
  apiVersion: 'pillion.io/v1alpha1',
  kind: 'RolloutPlan',
  metadata: { name: 'default' },
  spec: { stages, ...spec },
});
const policy = (spec: object) => ({
  apiVersion: 'pillion.io/v1alpha1',
  kind: 'InjectionPolicy',
  metadata: { name: 'default' },
  spec,
});

async function applied(object: object): Promise<string> {
  const { code, stdout, stderr } = await cluster.controlPlane.kubectl(['apply', '-f', '-'], JSON.stringify(object));
  if (code !== 0) throw new Error(stderr);
  return stdout + stderr;
}

async function rollout(...args: readonly string[]) {
  const { exit, stdout, stderr } = await commandLine(
    ['rollout', ...args, '--kubeconfig', cluster.controlPlane.kubeconfig, '-o', 'json'],
    { now: NOW },
  );
  return { exit, stderr, told: stdout === '' ? undefined : JSON.parse(stdout) };
}

type Labels = Readonly<Record<string, string>>;

async function labelsOf(namespace: string): Promise<Labels> {
  const { body } = await cluster.api.call('GET', `/api/v1/namespaces/${namespace}`);
  const { 'kubernetes.io/metadata.name': _, ...labels } = (body.metadata as { labels: Labels }).labels;
  return labels;
}

async function states(): Promise<Readonly<Record<string, string>>> {
  const { body } = await cluster.api.call('GET', `${PLANS}/default`);
  const { stages } = body.spec as { stages: readonly { name: string; state: string }[] };
  return Object.fromEntries(stages.map(({ name, state }) => [name, state]));
}

async function recorded(part: 'actions' | 'labels'): Promise<readonly Record<string, unknown>[]> {
  const { status, body } = await cluster.api.call('GET', RECORD);
  if (status === 404) return [];
  const text = (body.data as Readonly<Record<string, string>>)[part] ?? '';
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
}

async function pods(namespace: string): Promise<readonly boolean[]> {
  const { body } = await cluster.api.call('GET', `/api/v1/namespaces/${namespace}/pods`);
  const items = body.items as readonly { metadata: { annotations?: Labels; deletionTimestamp?: string } }[];
  return items
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .map(({ metadata }) => metadata.annotations?.['pillion.io/status'] !== undefined);
}

/** Whether the API server would give a pod that asks its sidecar, and what it warns of. */
async function tried(namespace: string): Promise<{ injected: boolean; warnings: string }> {
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'try', namespace, annotations: ASKS } };
  const spec = { containers: [{ name: 'app', image: 'registry.example/app:1' }] };
  const { stdout, stderr } = await cluster.controlPlane.kubectl(
    ['create', '--dry-run=server', '-o', 'json', '-f', '-'],
    JSON.stringify({ ...pod, spec }),
  );
  return { injected: stdout.includes('pillion.io/status'), warnings: stderr };
}

/** What doctor finds by trying a pod out. */
async function triedByDoctor(): Promise<unknown> {
  const args = ['doctor', '--kubeconfig', cluster.controlPlane.kubeconfig, '-o', 'json'];
  const { stdout } = await commandLine(args, { now: NOW });
  const { checks } = JSON.parse(stdout) as { checks: { code: string }[] };
  return checks.find(({ code }) => code === 'DOC039');
}

beforeAll(async () => {
  service = await startService();
  await ownKinds(cluster.api);
  await cluster.api.call('POST', '/api/v1/nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node' } });
  believing = believePods(cluster.api, 'shop', ended.signal);
  await applied(plan());
  ({ port } = await cluster.launcher.start({
    register: `https://127.0.0.1:${service.port}`,
    args: ['--policy-objects', '--drain-seconds', '0'],
  }));
  service.route(port);
});

afterAll(async () => {
  ended.abort();
  await believing;
  await service?.stop();
});

test('what cannot be opened is refused with every reason, and nothing is written', async () => {
  const ofStage = async (stage: string) =>
    (await rollout('open', stage)).told?.refusals?.map(({ says }: { says: string }) => says);
  expect(await ofStage('later')).toEqual([
    'it may be opened from 2026-12-01 on, and today is 2026-11-03',
    'stages before it are closed: pilot, rest',
  ]);
  expect(await rollout('open', 'pilto')).toMatchObject({
    exit: 2,
    stderr: expect.stringContaining('pilot, rest, later'),
  });
  expect((await rollout('pause', '--reason', 'the freeze of November')).exit).toBe(0);
  expect(await ofStage('pilot')).toEqual(['the rollout is paused: the freeze of November']);
  expect((await rollout('resume')).exit).toBe(0);
  expect(await states()).toEqual({ pilot: 'Closed', rest: 'Closed', later: 'Closed' });
  expect(await labelsOf('shop')).toEqual({});
  expect((await recorded('actions')).map(({ did, reason }) => [did, reason])).toEqual([
    ['Paused', 'the freeze of November'],
    ['Resumed', undefined],
  ]);
});

test('a gate that nobody can tell keeps a stage closed, and --force opens it and is recorded', async () => {
  await applied(plan(STAGES, { gates: { telemetryBackends: { queue: '50%' } } }));
  const refused = await rollout('open', 'pilot');
  expect(refused).toMatchObject({
    exit: 1,
    told: { result: 'refused', gates: [{ gate: 'telemetryBackends', state: 'unknown' }] },
  });
  const dry = await rollout('open', 'pilot', '--force', 'the lab is away', '--dry-run');
  expect(await recorded('labels')).toEqual([]);
  const done = await rollout('open', 'pilot', '--force', 'the lab is away');
  expect(done.told.changes).toEqual(dry.told.changes);
  expect(done.told.changes).toEqual([
    { object: 'RolloutPlan default', key: 'state of pilot', from: 'Closed', to: 'Open' },
    { object: 'Namespace shop', key: KEY, from: null, to: 'enabled' },
    { object: 'Namespace shop', key: 'feature.pillion.io/Observability', from: null, to: 'enabled' },
  ]);
  // what is wrong with the stage is named, and the rest went on
  expect(done.exit).toBe(1);
  expect(done.told.left).toEqual([
    { namespace: 'nowhere', says: 'is not there; create it, or take it out of the stage' },
    { namespace: 'kube-system', says: 'is protected by the policy and never injected' },
  ]);
  expect(await labelsOf('shop')).toEqual({ [KEY]: 'enabled', 'feature.pillion.io/Observability': 'enabled' });
  expect((await recorded('actions')).at(-1)).toMatchObject({
    did: 'Opened',
    stage: 'pilot',
    forced: true,
    reason: 'the lab is away',
    gates: [{ gate: 'telemetryBackends', state: 'unknown' }],
  });
  await applied(
    plan(
      STAGES.map((one) => (one.name === 'pilot' ? { ...one, state: 'Open' } : one)),
      { gates: {} },
    ),
  );
});

test('one namespace of a stage had opted in, one had opted out: both stay as they are, and a rollback leaves them', async () => {
  const opened = await rollout('open', 'rest');
  expect(opened.told.changes.slice(1)).toEqual([{ object: 'Namespace retail', key: KEY, from: null, to: 'enabled' }]);
  expect(opened.told.left).toEqual([{ namespace: 'lending', says: expect.stringContaining('has opted out') }]);
  // a second run has nothing to do
  expect((await rollout('open', 'rest')).told.result).toBe('nothing-to-do');
  await rollout('rollback', 'rest', '--no-restart');
  expect(await Promise.all(['bank', 'lending', 'retail'].map(labelsOf))).toEqual([
    { [KEY]: 'enabled' },
    { [KEY]: 'disabled' },
    { tribe: 'retail' },
  ]);
  expect((await recorded('labels')).filter(({ stage }) => stage === 'rest')).toEqual([]);
});

test('a stage under another that is open: its restart is advised by what it brings, and it is rolled back by the command that is named', async () => {
  const stages = [...STAGES, { name: 'rest-traffic', namespaces: ['retail'], features: ['Resilience'] }];
  await applied(plan(stages.map((one) => (one.name === 'pilot' ? { ...one, state: 'Open' } : one))));
  expect((await rollout('open', 'rest')).stderr).toContain('in the whole cluster: pillion rollout restart --missing\n');
  expect((await rollout('open', 'rest-traffic', '--out-of-order')).stderr).toContain(
    'sidecars that run get Resilience when their pods are created anew, in retail: pillion rollout restart -n retail --stale\n',
  );
  const { exit, told } = await rollout('rollback', 'rest', '--no-restart');
  expect(told.left).toEqual([
    {
      namespace: 'retail',
      says: expect.stringContaining('to take it away as well: pillion rollout rollback rest-traffic'),
    },
  ]);
  expect(exit).toBe(1);
  expect((await rollout('rollback', 'rest-traffic', '--no-restart')).exit).toBe(0);
  expect(await labelsOf('retail')).toEqual({ tribe: 'retail' });
  await applied(plan(STAGES.map((one) => (one.name === 'pilot' ? { ...one, state: 'Open' } : one))));
});

test('a label that somebody changed since is left and named', async () => {
  await rollout('open', 'rest');
  await cluster.api.call('PATCH', '/api/v1/namespaces/retail', { metadata: { labels: { [KEY]: 'disabled' } } });
  const { exit, told } = await rollout('rollback', 'rest', '--no-restart');
  expect([exit, told.left]).toEqual([
    0,
    [{ namespace: 'retail', says: expect.stringContaining('somebody changed it since') }],
  ]);
  expect(await labelsOf('retail')).toEqual({ tribe: 'retail', [KEY]: 'disabled' });
  await cluster.api.call('PATCH', '/api/v1/namespaces/retail', { metadata: { labels: { [KEY]: null } } });
});

test('what an interrupted run had noted and written is taken away all the same', async () => {
  await rollout('open', 'rest');
  // as if it had ended before the plan was written
  await applied(plan(STAGES.map((one) => (one.name === 'pilot' ? { ...one, state: 'Open' } : one))));
  expect((await states()).rest).toBe('Closed');
  expect(await labelsOf('retail')).toEqual({ tribe: 'retail', [KEY]: 'enabled' });
  await rollout('rollback', 'rest', '--no-restart');
  expect(await labelsOf('retail')).toEqual({ tribe: 'retail' });
});

test('two who write the record at once both find what they wrote in it', async () => {
  await Promise.all([rollout('pause', '--reason', 'one'), rollout('open', 'rest', '--out-of-order')]);
  await rollout('resume');
  const did = (await recorded('actions')).map((one) => one.did);
  expect(did.slice(-2)).toContain('Resumed');
  expect(did).toContain('Paused');
  await rollout('rollback', 'rest', '--no-restart');
});

test('enforced live: skipped while the stage is closed, injected when it is open, without a sidecar after the rollback', async () => {
  await rollout('rollback', 'pilot', '--no-restart');
  await cluster.api.call('PATCH', '/api/v1/namespaces/shop', { metadata: { labels: { [KEY]: 'enabled' } } });
  expect(await applied(policy({ rollout: { enforce: 'Skip' } }))).toContain('no stage of the RolloutPlan is open here');
  await eventually('the pod is left alone', async () => {
    const { injected, warnings } = await tried('shop');
    return !injected && warnings.includes('pillion rollout open pilot');
  });
  await applied(plan(STAGES.map((one) => (one.name === 'later' ? { ...one, state: 'Open' } : one))));
  // only pods with a label may have one: what is tried has that label
  await eventually('a pod of the open stage gets its sidecar', async () => {
    const { grade, says } = (await triedByDoctor()) as Record<string, string>;
    return grade === 'ok' && says?.includes('in shop gets its sidecar') === true;
  });
  expect((await tried('shop')).injected).toBe(false);
  await applied(plan());
  await rollout('open', 'pilot');
  await eventually('the pod is injected', async () => (await tried('shop')).injected);
  expect(await triedByDoctor()).toMatchObject({
    grade: 'ok',
    says: expect.stringContaining('in shop gets its sidecar'),
  });
  expect((await tried('bank')).injected).toBe(false);
  const template = {
    metadata: { labels: { app: 'web' }, annotations: ASKS },
    spec: { containers: [{ name: 'app', image: 'registry.example/app:1' }] },
  };
  await applied({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'shop' },
    spec: { replicas: 2, selector: { matchLabels: { app: 'web' } }, template },
  });
  await cluster.controlPlane.kubectl(['rollout', 'status', '-n', 'shop', 'deployment/web', '--timeout=60s']);
  await eventually('both are injected', async () => (await pods('shop')).join() === 'true,true');
  const dry = await rollout('rollback', 'pilot', '--dry-run');
  expect(dry.told.workloads).toEqual([
    expect.objectContaining({ kind: 'Deployment', name: 'web', result: 'would-restart' }),
  ]);
  const { exit, told } = await rollout('rollback', 'pilot', '--timeout', '60s');
  expect(told.changes).toEqual(dry.told.changes);
  expect([exit, told.workloads[0].result]).toEqual([0, 'restarted']);
  await eventually('both have lost it', async () => (await pods('shop')).join() === 'false,false');
  // the label of the namespace is somebody else's, and stays
  expect(await labelsOf('shop')).toEqual({ [KEY]: 'enabled' });
  expect((await rollout('rollback', 'pilot')).told).toMatchObject({ result: 'nothing-to-do', workloads: [] });
});

test('by a plan that came past the hook a stage is taken back and the rollout paused, but none is opened', async () => {
  await rollout('open', 'pilot');
  const contradicts = plan([
    { ...STAGES[0], state: 'Open' },
    ...STAGES.slice(1),
    { name: 'again', namespaces: ['bank'] },
  ]);
  await service.reroute(await freePort());
  await eventually('it is written while nobody answers', async () => {
    await applied(contradicts).catch(() => {});
    return Object.hasOwn(await states(), 'again');
  });
  service.route(port);
  await eventually('the hook answers again', async () =>
    applied(plan([{ name: 'Bad' }])).then(
      () => false,
      (error: Error) => /denied the request/.test(error.message),
    ),
  );
  const overlap = expect.stringContaining('"bank", which the stage rest names as well as the stage again');
  expect(await rollout('open', 'rest')).toMatchObject({ exit: 2, stderr: overlap });
  expect(await rollout('pause', '--reason', 'mend the plan')).toMatchObject({ exit: 0 });
  expect(await rollout('rollback', 'pilot', '--no-restart')).toMatchObject({ exit: 0, stderr: overlap });
  expect((await states()).pilot).toBe('Closed');
  await applied(plan());
});

test('a plan that cannot be used is refused, and deleting the one that counts as well', async () => {
  const overlapping = plan([...STAGES, { name: 'again', namespaces: ['bank'] }]);
  const { stderr } = await cluster.controlPlane.kubectl(['apply', '-f', '-'], JSON.stringify(overlapping));
  expect(stderr).toContain('is "bank", which the stage rest names as well as the stage again');
  const { stderr: deleting } = await cluster.controlPlane.kubectl(['delete', 'rolloutplan', 'default']);
  expect(deleting).toContain('kubectl annotate rolloutplan default pillion.io/allow-deletion=true');
  await cluster.api.call('DELETE', `${POLICIES}/default`);
});
