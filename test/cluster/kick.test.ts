import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pillion as commandLine } from '../unit/cli/command-line.ts';
import { eventually } from './eventually.ts';
import { ownKinds } from './own-kinds.ts';
import { ASKS } from './pods.ts';
import { webhookInForce } from './registered.ts';
import { type Service, startService } from './service.ts';
import { ENABLED, testCluster } from './test-cluster.ts';

const cluster = testCluster({ kicked: ENABLED, waiting: ENABLED });
let service: Service;

const startPillion = () =>
  cluster.launcher.start({ register: `https://127.0.0.1:${service.port}`, args: ['--drain-seconds', '0'] });

const kick = (...args: readonly string[]) =>
  commandLine(['doctor', '--kick', '--kubeconfig', cluster.controlPlane.kubeconfig, ...args], { now: new Date() });

const template = (app: string, spec = {}) => ({
  metadata: { labels: { app }, annotations: ASKS },
  spec: { containers: [{ name: 'app', image: 'registry.example/app:1' }], ...spec },
});

const selecting = (kind: string, name: string, more = {}) => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name },
  spec: { selector: { matchLabels: { app: name } }, template: template(name), ...more },
});

const WORKLOADS: readonly object[] = [
  selecting('Deployment', 'deployment', { replicas: 3 }),
  selecting('StatefulSet', 'stateful', { replicas: 2, serviceName: 'stateful' }),
  selecting('DaemonSet', 'daemon'),
  {
    ...{ apiVersion: 'v1', kind: 'ReplicationController', metadata: { name: 'old' } },
    spec: { replicas: 1, selector: { app: 'old' }, template: template('old') },
  },
  {
    ...{ apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'job' } },
    spec: { template: template('job', { restartPolicy: 'Never' }) },
  },
];

async function kubectl(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await cluster.controlPlane.kubectl(args);
  if (code !== 0) throw new Error(stderr);
  return stdout;
}

async function pods(namespace: string): Promise<readonly { readonly app: string; readonly injected: boolean }[]> {
  const { body } = await cluster.api.call('GET', `/api/v1/namespaces/${namespace}/pods`);
  const items = body.items as { metadata: { labels: { app: string }; annotations: Record<string, string> } }[];
  return items.map(({ metadata: { labels, annotations } }) => ({
    app: labels.app,
    injected: annotations['pillion.io/status'] !== undefined,
  }));
}

// a controller tries again after 5 ms, 10 ms, 20 ms ...: 14 attempts take 41 s, and the next one is 41 s away, which a busy machine needs;
// of those that are counted together, the first is not
const ATTEMPTS = 13;

async function leastAttempts(namespace: string): Promise<number> {
  const query = 'fieldSelector=reason%3DFailedCreate';
  const { body } = await cluster.api.call('GET', `/api/v1/namespaces/${namespace}/events?${query}`);
  const attempts = new Map<string, number>();
  // those that tell of different ports are counted apart
  for (const { involvedObject, count } of body.items as { involvedObject: { kind: string }; count: number }[])
    attempts.set(involvedObject.kind, (attempts.get(involvedObject.kind) ?? 0) + count);
  // the controller of Jobs tries again more often
  attempts.delete('Job');
  return attempts.size < WORKLOADS.length - 1 ? 0 : Math.min(...attempts.values());
}

beforeAll(async () => {
  service = await startService();
  await ownKinds(cluster.api);
  await cluster.api.call('POST', '/api/v1/nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node' } });
  const first = await startPillion();
  service.route(first.port);
  await webhookInForce(cluster.controlPlane, 'kicked');
  service.route(undefined);
  await first.process.stop();
  const items = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: WORKLOADS });
  for (const namespace of ['kicked', 'waiting'])
    await cluster.controlPlane.kubectl(['apply', '-n', namespace, '-f', '-'], items);
});

afterAll(() => service?.stop());

test('while nobody answers, --dry-run tells who waits and nobody is woken', async () => {
  await eventually('every workload waits', async () => {
    const { stdout } = await kick('--dry-run', '-o', 'json');
    return JSON.parse(stdout).workloads.length === 2 * WORKLOADS.length;
  });
  const { exit, stdout } = await kick('--dry-run', '-n', 'kicked');
  expect(exit).toBe(0);
  expect(
    stdout
      .replace(/deployment-[0-9a-f]+/, 'deployment-HASH')
      .split('\n')
      .toSorted(),
  ).toEqual([
    '',
    '5 would be woken; nothing is changed',
    'DaemonSet kicked/daemon: 1 pod is lacking; inject.pillion.io did not answer',
    'Job kicked/job: 1 pod is lacking; inject.pillion.io did not answer',
    'ReplicaSet kicked/deployment-HASH: 3 pods are lacking; inject.pillion.io did not answer',
    'ReplicationController kicked/old: 1 pod is lacking; inject.pillion.io did not answer',
    'StatefulSet kicked/stateful: 2 pods are lacking; inject.pillion.io did not answer',
  ]);
  const refused = await kick('-n', 'kicked');
  expect([refused.exit, refused.stdout]).toEqual([1, '']);
  expect(refused.stderr).toContain('PIL012');
  expect(refused.stderr).toContain('failed calling webhook "inject.pillion.io"');
});

test('with the webhook back those that are kicked have their pods at once, and the others wait', async () => {
  await eventually('every controller has backed off', async () => {
    const attempts = await Promise.all(['kicked', 'waiting'].map(leastAttempts));
    return Math.min(...attempts) >= ATTEMPTS;
  });
  service.route((await startPillion()).port);
  await webhookInForce(cluster.controlPlane, 'kicked');
  const { exit, stdout, stderr } = await kick('-n', 'kicked');
  const waiting = await pods('waiting');
  const woken = ['daemon', 'deployment', 'job', 'old', 'stateful'];
  const apps = async () => [...new Set((await pods('kicked')).map(({ app }) => app))].toSorted();
  // a controller that was woken looks at once, but on a busy machine not before the command has ended
  await eventually('each has pods', async () => (await apps()).length === woken.length);
  const kicked = await pods('kicked');
  expect([exit, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^has pods {2}ReplicaSet kicked\/deployment-/m);
  expect(kicked.filter(({ app }) => app === 'deployment')).toHaveLength(3);
  expect(await apps()).toEqual(woken);
  expect(kicked.every(({ injected }) => injected)).toBe(true);
  expect(waiting.filter(({ app }) => app !== 'job')).toEqual([]);
  expect((await kick('-n', 'kicked')).stdout).toBe('no workload waits because of Pillion\n');
});

test('nothing is rolled out by that', async () => {
  const sets = await kubectl('get', 'replicasets', '-n', 'kicked', '-o', 'name');
  expect(sets.trim().split('\n')).toHaveLength(1);
  for (const workload of ['deployment/deployment', 'statefulset/stateful', 'daemonset/daemon']) {
    expect(await kubectl('get', workload, '-n', 'kicked', '-o', 'jsonpath={.metadata.generation}')).toBe('1');
  }
});
