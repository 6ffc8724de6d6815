import { beforeAll, expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import { pillion as commandLine } from '../unit/cli/command-line.ts';
import { eventually } from './eventually.ts';
import { makeOwner, OWN_NAMESPACE } from './installation.ts';
import { counterOf } from './metrics.ts';
import { ownKinds } from './own-kinds.ts';
import type { PillionProcess } from './pillion-process.ts';
import { ASKS, simplePod } from './pods.ts';
import { webhookInForce } from './registered.ts';
import { leaseHolder, REPLICA } from './replicas.ts';
import { ENABLED, testCluster } from './test-cluster.ts';

const TRIBE = { 'pillion.io/tribe': 'sales' };
const cluster = testCluster({ shop: { ...ENABLED, ...TRIBE }, quiet: {}, [OWN_NAMESPACE]: {} });
const CONFIG_MAPS = `/api/v1/namespaces/${OWN_NAMESPACE}/configmaps`;
const NOW = new Date();
const MONTH = NOW.toISOString().slice(0, 7);
let first: PillionProcess;
let second: PillionProcess;

const pod = (name: string, squad?: string, more: Parameters<typeof simplePod>[1] = {}) =>
  simplePod(name, { ...more, ...(squad === undefined ? {} : { labels: { 'pillion.io/squad': squad } }) });

const RIVAL = [
  { name: 'app', image: 'registry.example/app:1' },
  { name: 'linkerd-proxy', image: 'registry.example/linkerd:1' },
];

async function create(namespace: string, object: object): Promise<void> {
  const { status, body } = await cluster.api.call('POST', `/api/v1/namespaces/${namespace}/pods`, object);
  if (status !== 201) throw new Error(JSON.stringify(body));
}

interface Month {
  readonly metadata: {
    readonly labels: Readonly<Record<string, string>>;
    readonly ownerReferences: readonly { readonly kind: string; readonly name: string }[];
    readonly managedFields: readonly { readonly manager: string }[];
  };
  readonly data: Readonly<Record<string, string>>;
}

async function month(name = MONTH): Promise<Month | undefined> {
  const { status, body } = await cluster.api.call('GET', `${CONFIG_MAPS}/pillion-adoption-${name}`);
  return status === 200 ? (body as unknown as Month) : undefined;
}

const hoursOf = ({ data }: Month): readonly string[] => Object.keys(data).filter((key) => key.includes('T'));

async function status(...args: readonly string[]) {
  const flags = ['--kubeconfig', cluster.controlPlane.kubeconfig];
  return await commandLine(['rollout', 'status', ...flags, ...args], { now: new Date() });
}

const start = (pod: string) =>
  cluster.launcher.start({
    register: 'https://127.0.0.1:PORT',
    args: [...REPLICA, '--policy-objects', '--scan-period', '1s'],
    pod,
  });

beforeAll(async () => {
  await makeOwner(cluster.api);
  await ownKinds(cluster.api);
  // as nobody of Pillion is there yet
  await create('shop', pod('early', 'cart', { annotations: ASKS }));
  first = await start('pillion-0');
  await webhookInForce(cluster.controlPlane, 'shop');
  await create('shop', pod('web', 'cart', { annotations: ASKS }));
  await create('shop', pod('nobodys', undefined, { annotations: ASKS }));
  await create('shop', pod('silent', 'search'));
  await create('shop', pod('node-agent', 'cart', { annotations: ASKS, spec: { hostNetwork: true } }));
  await create('quiet', pod('meshed', 'post', { spec: { containers: RIVAL } }));
  second = await start('pillion-1');
});

test('one of two replicas writes a point an hour, which belongs to the installation', async () => {
  await eventually('a point is kept', async () => (await month()) !== undefined);
  const [writer, other] = (await leaseHolder(cluster.api)).startsWith('pillion-0') ? [first, second] : [second, first];
  const points = async (process: PillionProcess) => await counterOf(process.opsPort, 'pillion_adoption_points_total');
  await eventually('the hour is scanned again', async () => ((await points(writer)).get('{result="known"}') ?? 0) >= 2);
  expect((await points(writer)).get('{result="failed"}')).toBe(0);
  expect([...(await points(other)).values()]).toEqual([0, 0, 0]);
  const kept = (await month()) as Month;
  // around the full hour there are two
  expect(hoursOf(kept).length).toBeLessThanOrEqual(2);
  expect(kept.metadata.ownerReferences).toMatchObject([{ kind: 'ClusterRole', name: 'pillion' }]);
  expect(kept.metadata.labels).toMatchObject({ 'app.kubernetes.io/component': 'adoption' });
});

test('the counts are metrics of the replica that scans', async () => {
  const holder = (await leaseHolder(cluster.api)).startsWith('pillion-0') ? first : second;
  await eventually(
    'all pods are counted',
    async () => (await counterOf(holder.opsPort, 'pillion_adoption_pods')).get('{figure="eligible"}') === 5,
  );
  const pods = await counterOf(holder.opsPort, 'pillion_adoption_pods');
  expect(Object.fromEntries(pods)).toEqual({
    '{figure="eligible"}': 5,
    '{figure="opted_in"}': 3,
    '{figure="injected"}': 2,
    '{figure="stale"}': 0,
    '{figure="excluded"}': 0,
    '{figure="incompatible"}': 1,
  });
});

test('status tells what runs now by squad, with what nobody owns last', async () => {
  const { exit, stdout, stderr } = await status('--by', 'squad', '-o', 'json');
  expect(stderr).toBe('');
  expect(exit).toBe(0);
  const told = JSON.parse(stdout);
  expect(told).toMatchObject({ counted: 'Now', plan: null, pods: { eligible: 5, optedIn: 3, injected: 2 } });
  const groups = (told.groups as readonly { name: string | null; pods: Record<string, number> }[]).map(
    ({ name, pods }) => [name, pods.eligible, pods.optedIn, pods.injected, pods.incompatible],
  );
  expect(groups).toEqual([
    ['cart', 2, 2, 1, 0],
    ['post', 1, 0, 0, 1],
    ['search', 1, 0, 0, 0],
    [null, 1, 1, 1, 0],
  ]);
  expect((await status()).stdout).toMatch(/^the rollout on .* UTC, no plan\n/);
});

const PLAN = {
  apiVersion: 'pillion.io/v1alpha1',
  kind: 'RolloutPlan',
  metadata: { name: 'default' },
  spec: {
    stages: [
      {
        name: 'carts',
        state: 'Open',
        from: '2026-01-15',
        namespaces: ['shop'],
        podSelector: { matchLabels: { 'pillion.io/squad': 'cart' } },
      },
      { name: 'others', namespaceSelector: { matchLabels: TRIBE } },
    ],
    goals: [{ metric: 'Injected', of: 'Pods', target: '90%', by: '2026-01-31', scope: { stage: 'carts' } }],
  },
};

test('status tells stages apart by the pods that run, and a goal whose day has passed', async () => {
  const files = { 'plan.yaml': stringify(PLAN) };
  const flags = ['--plan', 'plan.yaml', '--kubeconfig', cluster.controlPlane.kubeconfig];
  const written = new Map<string, string>();
  const run = (...args: readonly string[]) =>
    commandLine(['rollout', 'status', ...flags, ...args], { files, now: new Date(), written });
  const { exit, stdout, stderr } = await run('-o', 'json', '--svg', 'month.svg');
  expect(exit).toBe(0);
  expect(stderr).toMatch(/plan\.yaml:\d+:\d+: \/spec\/goals\/0\/by: is 2026-01-31, a day that has passed/);
  const told = JSON.parse(stdout);
  const counted = (told.groups as readonly { name: string; pods: { eligible: number; injected: number } }[]).map(
    ({ name, pods: { eligible, injected } }) => [name, eligible, injected],
  );
  expect(counted).toEqual([
    ['carts', 2, 1],
    ['others', 2, 1],
    [null, 1, 0],
  ]);
  expect(told.goals).toMatchObject([{ state: 'missed', now: { reached: 1, of: 2 } }]);
  expect(written.get('month.svg')).toMatch(/^<svg .*<title/);
  expect((await run()).stdout).toContain('missed: the day has passed, and 40 points are lacking');
});

test('the same groups are metrics, and without a plan those that need none', async () => {
  const holder = (await leaseHolder(cluster.api)).startsWith('pillion-0') ? first : second;
  const of = async (by: string, figure: string) => {
    const series = await counterOf(holder.opsPort, 'pillion_adoption_group_pods');
    return Object.fromEntries(
      [...series].flatMap(([labels, value]) => {
        const [, group] = new RegExp(`by="${by}",group="(.*)",figure="${figure}"`).exec(labels) ?? [];
        return group === undefined ? [] : [[group, value]];
      }),
    );
  };
  expect(await of('squad', 'injected')).toEqual({ cart: 1, post: 0, search: 0, unowned: 1 });
  expect(await of('tribe', 'eligible')).toEqual({ sales: 4, unowned: 1 });
  expect(await of('namespace', 'incompatible')).toEqual({ shop: 0, quiet: 1 });
  expect(await of('stage', 'eligible')).toEqual({});
  const { code, stderr } = await cluster.controlPlane.kubectl(['apply', '-f', '-'], JSON.stringify(PLAN));
  expect([code, stderr]).toEqual([0, expect.stringContaining('a day that has passed')]);
  await eventually('stages are counted', async () => Object.keys(await of('stage', 'eligible')).length > 0);
  expect(await of('stage', 'eligible')).toEqual({ carts: 2, others: 2, none: 1 });
  expect(await of('stage', 'injected')).toEqual({ carts: 1, others: 1, none: 0 });
  await cluster.controlPlane.kubectl(['annotate', 'rolloutplan', 'default', 'pillion.io/allow-deletion=true']);
  await cluster.controlPlane.kubectl(['delete', 'rolloutplan', 'default']);
});

test('what somebody edited in the store is named, stays, and the rest counts', async () => {
  const path = `${CONFIG_MAPS}/pillion-adoption-${MONTH}`;
  await cluster.api.call('PATCH', path, { data: { [`${MONTH}-01T00`]: '{"at":', 'note of bob': 'wrong key' } });
  const patched = await cluster.api.call('PATCH', path, { data: { [`${MONTH}-01T00`]: '{"at":' } });
  expect(patched.status).toBe(200);
  const { exit, stderr, stdout } = await status('-o', 'json');
  expect(exit).toBe(0);
  expect(stderr).toContain(
    `ConfigMap pillion-adoption-${MONTH}: /data/${MONTH}-01T00: is no JSON object: is left out; delete the key when it is not wanted`,
  );
  expect(JSON.parse(stdout).problems).toHaveLength(1);
});

test('who may not read the store, or nothing of it is there, sees what runs now', async () => {
  const nothing = await status('--own-namespace', 'quiet', '-o', 'json');
  expect(nothing).toMatchObject({ exit: 0, stderr: expect.stringContaining('nothing is kept of that time yet') });
  expect(JSON.parse(nothing.stdout).series).toHaveLength(1);
  const before = await status('--at', '2020-01-01');
  expect(before).toMatchObject({ exit: 2, stderr: expect.stringContaining('nothing is kept of the time before 2020') });
  const ahead = await status('--at', '2099-01-01');
  expect(ahead).toMatchObject({ exit: 2, stderr: expect.stringContaining('a time that has not come') });
});
