import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { believePods } from '../ha/believed-pods.ts';
import { pillion as commandLine } from '../unit/cli/command-line.ts';
import { eventually } from './eventually.ts';
import { ownKinds, POLICIES, PROFILES } from './own-kinds.ts';
import { ASKS, simplePod } from './pods.ts';
import { webhookInForce } from './registered.ts';
import { type Service, startService } from './service.ts';
import { ENABLED, testCluster } from './test-cluster.ts';

const OPEN = ['alpha', 'beta', 'gamma', 'hands'];
const cluster = testCluster({ ...Object.fromEntries(OPEN.map((name) => [name, ENABLED])), closed: {} });
const ended = new AbortController();
let service: Service;
let believing: Promise<unknown>;

const startPillion = () =>
  cluster.launcher.start({ register: `https://127.0.0.1:${service.port}`, args: ['--drain-seconds', '0'] });

async function restart(...args: readonly string[]) {
  const flags = ['--missing', '--kubeconfig', cluster.controlPlane.kubeconfig];
  return await commandLine(['rollout', 'restart', ...flags, ...args], { now: new Date() });
}

const workload = (kind: string, name: string, spec: object = {}, podSpec: object = {}) => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name },
  spec: {
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name }, annotations: ASKS },
      spec: { containers: [{ name: 'app', image: 'registry.example/app:1' }], ...podSpec },
    },
    ...spec,
  },
});

/** A pod of a kind that has its name from Kubernetes, and nothing else. */
function ofAnotherOperator(name: string): object {
  const pod = simplePod(name, { annotations: ASKS });
  const [apiVersion, uid] = ['apps.kruise.io/v1beta1', '6b1b1c7e-0000-4000-8000-000000000000'];
  const owner = { apiVersion, kind: 'StatefulSet', name: 'advanced', uid, controller: true };
  return { ...pod, metadata: { ...(pod.metadata as object), ownerReferences: [owner] } };
}

const MADE: Readonly<Record<string, readonly object[]>> = {
  alpha: [
    workload('Deployment', 'api', { replicas: 2 }),
    workload('Deployment', 'on-host', {}, { hostNetwork: true }),
    workload('StatefulSet', 'store', { replicas: 2, serviceName: 'store' }),
  ],
  beta: [workload('Deployment', 'crashes', { replicas: 1 })],
  gamma: [workload('DaemonSet', 'agent'), workload('Deployment', 'web', { replicas: 1 })],
  hands: [
    workload('Deployment', 'paused', { replicas: 1 }),
    workload('StatefulSet', 'manual', { serviceName: 'manual', updateStrategy: { type: 'OnDelete' } }),
    workload('ReplicaSet', 'bare', { replicas: 1 }),
    simplePod('tool', { annotations: ASKS }),
    ofAnotherOperator('advanced-0'),
  ],
  closed: [workload('Deployment', 'never')],
};

interface ShownPod {
  readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> };
  readonly status?: { readonly phase?: string };
}

async function pods(namespace: string): Promise<readonly ShownPod[]> {
  const { body } = await cluster.api.call('GET', `/api/v1/namespaces/${namespace}/pods`);
  return body.items as ShownPod[];
}

const injected = async (namespace: string, app: string) =>
  (await pods(namespace))
    .filter(({ metadata }) => metadata.name.startsWith(`${app}-`))
    .map(({ metadata }) => metadata.annotations?.['pillion.io/status'] !== undefined);

async function generation(namespace: string, plural: string, name: string): Promise<unknown> {
  const { body } = await cluster.api.call('GET', `/apis/apps/v1/namespaces/${namespace}/${plural}/${name}`);
  return (body.metadata as { readonly generation: number }).generation;
}

/** As a kubelet says it of a program that ends again and again; ends when one pod of them was seen. */
async function crash(namespace: string): Promise<void> {
  const isNew = ({ metadata }: ShownPod) => metadata.annotations?.['pillion.io/status'] !== undefined;
  await eventually('there is a new pod', async () => (await pods(namespace)).some(isNew));
  const name = (await pods(namespace)).find(isNew)?.metadata.name;
  const waiting = { reason: 'CrashLoopBackOff', message: 'back-off 10s restarting failed container' };
  await status(namespace, name, { containerStatuses: [{ ...CONTAINER, state: { waiting } }] });
}

const CONTAINER = { name: 'app', image: 'a', imageID: '', ready: false, restartCount: 3 };

async function status(namespace: string, name: string | undefined, to: object): Promise<void> {
  const path = `/api/v1/namespaces/${namespace}/pods/${name}/status`;
  const answer = await cluster.api.call('PATCH', path, { status: to });
  if (answer.status !== 200) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
}

beforeAll(async () => {
  service = await startService();
  await ownKinds(cluster.api);
  await cluster.api.call('POST', '/api/v1/nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node' } });
  // before Pillion is there, so that nobody gives them a sidecar
  const soon = new AbortController();
  const believed = Object.keys(MADE).map((namespace) =>
    believePods(cluster.api, namespace, namespace === 'beta' ? soon.signal : ended.signal),
  );
  believing = Promise.all(believed);
  for (const [namespace, items] of Object.entries(MADE)) {
    const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
    const { code, stderr } = await cluster.controlPlane.kubectl(['apply', '-n', namespace, '-f', '-'], list);
    if (code !== 0) throw new Error(stderr);
  }
  for (const [namespace, kind, name] of [
    ['alpha', 'deployment', 'api'],
    ['alpha', 'statefulset', 'store'],
    ['beta', 'deployment', 'crashes'],
    ['gamma', 'daemonset', 'agent'],
    ['gamma', 'deployment', 'web'],
    ['hands', 'deployment', 'paused'],
  ] as const)
    await cluster.controlPlane.kubectl(['rollout', 'status', '-n', namespace, `${kind}/${name}`, '--timeout=60s']);
  await cluster.controlPlane.kubectl(['rollout', 'pause', '-n', 'hands', 'deployment/paused']);
  soon.abort();
  const first = await startPillion();
  service.route(first.port);
  await webhookInForce(cluster.controlPlane, 'alpha');
  service.route(undefined);
  await first.process.stop();
});

afterAll(async () => {
  ended.abort();
  await believing;
  await service?.stop();
});

test('--dry-run lists what would be restarted, and what somebody has to do by hand', async () => {
  const { exit, stdout } = await restart('--dry-run', '-o', 'json');
  expect(exit).toBe(0);
  const told = (JSON.parse(stdout).workloads as Readonly<Record<string, unknown>>[]).map(
    ({ kind, namespace, name, pods: lacking, result }) => [
      `${namespace}/${kind}/${name}`,
      (lacking as readonly string[]).length,
      result,
    ],
  );
  expect(told).toEqual([
    ['alpha/Deployment/api', 2, 'would-restart'],
    ['alpha/StatefulSet/store', 2, 'would-restart'],
    ['beta/Deployment/crashes', 1, 'would-restart'],
    ['gamma/DaemonSet/agent', 1, 'would-restart'],
    ['gamma/Deployment/web', 1, 'would-restart'],
    ['hands/Deployment/paused', 1, 'by-hand'],
    ['hands/Pod/tool', 1, 'by-hand'],
    ['hands/ReplicaSet/bare', 1, 'by-hand'],
    ['hands/StatefulSet/advanced', 1, 'by-hand'],
    ['hands/StatefulSet/manual', 1, 'by-hand'],
  ]);
  const { stdout: text } = await restart('--dry-run', '-n', 'hands');
  expect(text).toMatch(/^by hand {7}Deployment hands\/paused \(1 pod\): is paused\n +kubectl -n hands rollout resume/m);
});

test('while the webhook does not answer nothing is restarted', async () => {
  const { exit, stderr } = await restart('-n', 'alpha');
  expect([exit, stderr]).toEqual([1, expect.stringContaining('PIL012')]);
  expect(stderr).toContain('failed calling webhook');
  expect(await generation('alpha', 'deployments', 'api')).toBe(1);
});

test('one after the other, until one fails: the rest is left as it is', async () => {
  service.route((await startPillion()).port);
  await webhookInForce(cluster.controlPlane, 'alpha');
  const crashing = crash('beta');
  const { exit, stdout, stderr } = await restart();
  await crashing;
  expect(exit).toBe(1);
  const began = stderr.split('\n').map((line) => line.replace(/ in \d+ s$/, ''));
  expect(began).toEqual([
    'Deployment alpha/api restarts: 2 pods to replace',
    'Deployment alpha/api done',
    'StatefulSet alpha/store restarts: 2 pods to replace',
    'StatefulSet alpha/store done',
    'Deployment beta/crashes restarts: 1 pod to replace',
    expect.stringMatching(
      /^Deployment beta\/crashes failed: pod crashes-\S+: container app: CrashLoopBackOff, back-off/,
    ),
    '',
  ]);
  expect(stdout).toContain('kubectl -n beta describe deployment crashes');
  expect(stdout).toContain('not begun     Deployment gamma/web (1 pod)');
  expect(stdout).toContain('2 restarted, 1 failed, 2 not begun, 5 by hand');
  expect(await injected('alpha', 'api')).toEqual([true, true]);
  expect(await injected('alpha', 'store')).toEqual([true, true]);
  expect(await injected('gamma', 'web')).toEqual([false]);
  expect(await generation('gamma', 'deployments', 'web')).toBe(1);
});

test('run again it goes on: what is half done is waited for and not restarted anew', async () => {
  const generationBefore = await generation('beta', 'deployments', 'crashes');
  const name = (await pods('beta')).find(({ status: now }) => now?.phase !== 'Running')?.metadata.name;
  const running = (ready: boolean) => [{ ...CONTAINER, ready, state: { running: {} } }];
  await status('beta', name, { containerStatuses: running(false) });
  const tooShort = await restart('-n', 'beta', '--timeout', '1s');
  expect([tooShort.exit, tooShort.stderr.split('\n')]).toEqual([
    1,
    [
      expect.stringMatching(/^Deployment beta\/crashes goes on with the restart of 2\d{3}-/),
      expect.stringMatching(
        /^Deployment beta\/crashes failed: not complete after \d s: former pods that have not ended: 1$/,
      ),
      '',
    ],
  ]);
  const conditions = ['Ready', 'ContainersReady'].map((type) => ({ type, status: 'True' }));
  await status('beta', name, { phase: 'Running', conditions, containerStatuses: running(true) });
  await cluster.controlPlane.kubectl(['rollout', 'status', '-n', 'beta', 'deployment/crashes', '--timeout=60s']);
  expect(await restart('-n', 'nowhere')).toMatchObject({
    exit: 2,
    stderr: expect.stringContaining('there is no namespace "nowhere"'),
  });
  expect((await restart('-n', 'beta')).stdout).toBe('nothing to restart: no such pod runs\n');
  expect(await injected('beta', 'crashes')).toEqual([true]);
  expect(await generation('beta', 'deployments', 'crashes')).toBe(generationBefore);
  const rest = await restart('--parallel-namespaces', '3', '-o', 'json');
  expect(rest.exit).toBe(1);
  const results = (JSON.parse(rest.stdout).workloads as { name: string; result: string }[]).map(
    ({ name, result }) => `${name} ${result}`,
  );
  expect(results.toSorted()).toEqual(
    [
      'advanced by-hand',
      'agent restarted',
      'bare by-hand',
      'manual by-hand',
      'paused by-hand',
      'tool by-hand',
      'web restarted',
    ].toSorted(),
  );
  await eventually('both have their sidecar', async () => {
    const [web, agent] = [await injected('gamma', 'web'), await injected('gamma', 'agent')];
    return web.length === 1 && agent.length === 1 && [...web, ...agent].every((has) => has);
  });
});

test('with --stale those count whose sidecar would be another one today', async () => {
  const restartStale = () =>
    commandLine(
      ['rollout', 'restart', '--stale', '--dry-run', '-n', 'alpha', '--kubeconfig', cluster.controlPlane.kubeconfig],
      { now: new Date() },
    );
  expect((await restartStale()).stdout).toBe('nothing to restart: no such pod runs\n');
  const made = [
    [PROFILES, 'SidecarProfile', 'loud', { kind: 'Envoy', sidecar: { logLevel: 'info' } }],
    [POLICIES, 'InjectionPolicy', 'default', { profiles: [{ name: 'loud' }] }],
  ] as const;
  for (const [path, kind, name, spec] of made) {
    const object = { apiVersion: 'pillion.io/v1alpha1', kind, metadata: { name }, spec };
    const answer = await cluster.api.call('POST', path, object);
    if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
  }
  expect((await restartStale()).stdout).toBe(
    'would restart Deployment alpha/api (2 pods)\nwould restart StatefulSet alpha/store (2 pods)\n2 would restart\n',
  );
  for (const [path, , name] of made.toReversed()) await cluster.api.call('DELETE', `${path}/${name}`);
});

test('workloads that are named, and names that are none', async () => {
  expect((await restart('deploy/web', '-n', 'gamma')).stdout).toBe('nothing to restart: no such pod runs\n');
  expect(await restart('deploy/other', '-n', 'gamma')).toMatchObject({
    exit: 2,
    stderr: expect.stringContaining('there is no deploy/other in gamma'),
  });
  expect(await restart('job/web')).toMatchObject({
    exit: 2,
    stderr: expect.stringContaining('"job/web" names nothing'),
  });
});
