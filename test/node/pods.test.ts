import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '../cluster/eventually.ts';
import type { NodeCluster } from './node-cluster.ts';
import type { PodWorker } from './pod-worker.ts';
import { applied, kubectl, NAMESPACE, podsOf, startTinyCluster, tinyDeployment, tinyPod } from './tiny-cluster.ts';

const READY = { readinessProbe: { httpGet: { path: '/ready', port: 'http' }, periodSeconds: 1, failureThreshold: 2 } };

let cluster: NodeCluster;

beforeAll(async () => {
  cluster = await startTinyCluster();
});

afterAll(async () => cluster?.stop());

const ask = async ({ ip }: PodWorker, path: string) => (await fetch(`http://${ip}:8080${path}`)).text();
const jsonpath = (path: string, ...args: readonly string[]) =>
  kubectl(cluster, 'get', ...args, '-o', `jsonpath={${path}}`);
const rolledOut = (app: string) => kubectl(cluster, 'rollout', 'status', `deployment/${app}`, '--timeout=180s');
const restartsOf = async (pod: string) =>
  Number(await jsonpath('.status.containerStatuses[0].restartCount', 'pod', pod));
const onlyPod = (app: string): PodWorker => {
  const [pod] = podsOf(cluster, app);
  if (pod === undefined) throw new Error(`no pod of ${app} runs`);
  return pod;
};

test('a container gets what its pod says, and nothing else', async () => {
  const { controlPlane } = cluster;
  const config = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: NAMESPACE } };
  await applied(cluster, { ...config, data: { 'a.txt': 'first', 'b.txt': 'second' } });
  const field = (fieldPath: string) => ({ valueFrom: { fieldRef: { fieldPath } } });
  const container = {
    ...READY,
    args: ['serve', '$(POD_NAME)', '$$(POD_NAME)', '$(UNKNOWN)'],
    env: [
      { name: 'POD_NAME', ...field('metadata.name') },
      { name: 'POD_IP', ...field('status.podIP') },
      { name: 'JOINED', value: 'of $(POD_NAME)' },
      { name: 'CORES', valueFrom: { resourceFieldRef: { resource: 'limits.cpu' } } },
      { name: 'KIBIBYTES', valueFrom: { resourceFieldRef: { resource: 'limits.memory', divisor: '1Ki' } } },
    ],
    resources: { limits: { cpu: '1500m', memory: '64Mi' } },
    volumeMounts: [
      { name: 'config', mountPath: '/config', readOnly: true },
      { name: 'scratch', mountPath: '/scratch' },
    ],
  };
  const volumes = [
    {
      name: 'config',
      projected: {
        sources: [
          { configMap: { name: 'settings', items: [{ key: 'a.txt', path: 'renamed.txt' }] } },
          { downwardAPI: { items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }] } },
        ],
      },
    },
    { name: 'scratch', emptyDir: {} },
  ];
  const securityContext = { runAsNonRoot: true, runAsUser: 4711, runAsGroup: 4712 };
  await applied(cluster, tinyPod('sees', container, { volumes, securityContext }));
  await kubectl(cluster, 'wait', '--for=condition=Ready', 'pod/sees', '--timeout=180s');
  const pod = onlyPod('sees');
  const { variables, root, ...seen } = JSON.parse(await ask(pod, '/'));
  expect(seen).toEqual({
    pid: 1,
    processes: 1,
    user: 4711,
    group: 4712,
    capabilities: '0000000000000000',
    noNewPrivileges: '1',
    arguments: ['sees', '$(POD_NAME)', '$(UNKNOWN)'],
    writeToRoot: 'EROFS',
    writeToVolume: 'done',
    writeToConfig: 'EROFS',
    config: { 'renamed.txt': 'first', labels: 'app="sees"\n' },
  });
  expect(variables).toMatchObject({
    POD_NAME: 'sees',
    POD_IP: pod.ip,
    JOINED: 'of sees',
    CORES: '2',
    KIBIBYTES: '65536',
  });
  // nothing of the machine's environment or of its files
  expect(Object.keys(variables).sort()).toEqual([
    'CORES',
    'HOSTNAME',
    'JOINED',
    'KIBIBYTES',
    'KUBERNETES_SERVICE_HOST',
    'KUBERNETES_SERVICE_PORT',
    'PATH',
    'POD_IP',
    'POD_NAME',
    'PWD',
  ]);
  expect(root).not.toContain('root');
  expect(await jsonpath('.status.podIP', 'pod', 'sees')).toBe(pod.ip);
  expect(await controlPlane.kubectl(['get', 'node', 'node-1'])).toMatchObject({ code: 0 });
});

test('a pod calls the API server as its ServiceAccount', async () => {
  await applied(cluster, tinyPod('caller', READY));
  await kubectl(cluster, 'wait', '--for=condition=Ready', 'pod/caller', '--timeout=180s');
  const answer = JSON.parse(await ask(onlyPod('caller'), '/api'));
  expect(answer.message).toContain(`"system:serviceaccount:${NAMESPACE}:default" cannot list resource "pods"`);
});

describe('a Deployment behind a Service', () => {
  const slices = async () => {
    const { items } = JSON.parse(await kubectl(cluster, 'get', 'endpointslices', '-o', 'json'));
    return items.flatMap(({ endpoints }: { endpoints: object[] | null }) => endpoints ?? []) as {
      readonly addresses: readonly string[];
      readonly conditions: { readonly ready: boolean };
    }[];
  };
  const readyAddresses = async () =>
    (await slices())
      .filter(({ conditions }) => conditions.ready)
      .flatMap(({ addresses }) => addresses)
      .sort();
  const addressesOf = (app: string) =>
    podsOf(cluster, app)
      .map(({ ip }) => ip)
      .sort();

  beforeAll(async () => {
    const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'shop', namespace: NAMESPACE } };
    const spec = { selector: { app: 'shop' }, ports: [{ port: 80, targetPort: 'http' }] };
    await applied(cluster, { ...service, spec }, tinyDeployment('shop', 2, READY));
    await rolledOut('shop');
  });

  test('a rollout restart replaces every pod, and each old one is told to end and may', async () => {
    const before = podsOf(cluster, 'shop');
    await kubectl(cluster, 'rollout', 'restart', 'deployment/shop');
    await rolledOut('shop');
    await eventually('the old pods are gone', () => podsOf(cluster, 'shop').length === 2);
    const old = new Set(before.map(({ name }) => name));
    expect(podsOf(cluster, 'shop').filter(({ name }) => old.has(name))).toEqual([]);
    for (const pod of before) {
      expect(await readFile(pod.logOf('app'), 'utf8')).toBe('started\ntold to end\n');
      expect(pod.container('app')?.state).toMatchObject({ phase: 'terminated', exitCode: 0, restarts: 0 });
    }
    expect(await readyAddresses()).toEqual(addressesOf('shop'));
  });

  test('scaled down, the pod that goes is gone from the machine', async () => {
    const before = podsOf(cluster, 'shop');
    const pids = before.map((pod) => pod.container('app')?.pid ?? 0);
    await kubectl(cluster, 'scale', 'deployment/shop', '--replicas=0');
    await eventually('the pods are gone', () => podsOf(cluster, 'shop').length === 0);
    expect(pids.filter(isAlive)).toEqual([]);
    await kubectl(cluster, 'scale', 'deployment/shop', '--replicas=1');
    await rolledOut('shop');
  });

  test('a pod that says it is not ready gets no calls until it is', async () => {
    const pod = onlyPod('shop');
    await ask(pod, '/unwell/ready');
    await eventually('its endpoint is not ready', async () => (await readyAddresses()).length === 0);
    expect(await jsonpath('.status.conditions[?(@.type=="Ready")].status', 'pod', pod.name)).toBe('False');
    await ask(pod, '/well/ready');
    await eventually('its endpoint is ready', async () => (await readyAddresses()).length === 1);
    expect(pod.container('app')?.state.restarts).toBe(0);
  });

  test('the node goes on when the API server has been away', async () => {
    await cluster.controlPlane.restartApiServer();
    const [before] = addressesOf('shop');
    await kubectl(cluster, 'rollout', 'restart', 'deployment/shop');
    await rolledOut('shop');
    await eventually('only the new pod is left', () => podsOf(cluster, 'shop').length === 1);
    expect(addressesOf('shop')).not.toContain(before);
  });
});

test('a container that fails its liveness probe, or is killed, is started again', async () => {
  const livenessProbe = { httpGet: { path: '/alive', port: 8080 }, periodSeconds: 1, failureThreshold: 2 };
  await applied(cluster, tinyPod('lives', { ...READY, livenessProbe }));
  await kubectl(cluster, 'wait', '--for=condition=Ready', 'pod/lives', '--timeout=180s');
  await ask(onlyPod('lives'), '/unwell/alive');
  await eventually('it was restarted', async () => (await restartsOf('lives')) === 1);
  expect(await readFile(onlyPod('lives').logOf('app'), 'utf8')).toContain('told to end');
  await kubectl(cluster, 'wait', '--for=condition=Ready', 'pod/lives', '--timeout=180s');
  process.kill(onlyPod('lives').container('app')?.pid ?? 0, 'SIGKILL');
  await eventually('it was restarted again', async () => (await restartsOf('lives')) === 2);
});

test('a frozen container is killed when its grace is over', async () => {
  await applied(cluster, tinyPod('frozen', READY));
  await kubectl(cluster, 'wait', '--for=condition=Ready', 'pod/frozen', '--timeout=180s');
  const pid = onlyPod('frozen').container('app')?.pid ?? 0;
  process.kill(pid, 'SIGSTOP');
  await kubectl(cluster, 'delete', 'pod', 'frozen', '--timeout=180s');
  expect(isAlive(pid)).toBe(false);
});

test('preStop comes before the end, and the sidecar ends after the application', async () => {
  // written by both containers, so that one file has the order
  const mounts = { volumeMounts: [{ name: 'scratch', mountPath: '/scratch' }] };
  const write = (what: string) =>
    `require('node:fs').appendFileSync('/scratch/order', ${JSON.stringify(`${what}\n`)});`;
  const script = (name: string, lastsMs: number) =>
    `process.on('SIGTERM', () => { ${write(`${name} told`)} setTimeout(() => { ${write(`${name} ends`)} process.exit(0) }, ${lastsMs}); });
    ${write(`${name} started`)} setInterval(() => {}, 1000);`;
  const node = (code: string) => ['/node', '-e', code];
  const sidecar = {
    ...(tinyPod('', { name: 'sidecar' }) as { spec: { containers: object[] } }).spec.containers[0],
    ...mounts,
    restartPolicy: 'Always',
    command: node(script('sidecar', 0)),
    startupProbe: { exec: { command: node("require('node:fs').statSync('/scratch/order')") }, periodSeconds: 1 },
  };
  const container = {
    ...mounts,
    command: node(script('app', 300)),
    lifecycle: { preStop: { exec: { command: node(write('app preStop')) } } },
    readinessProbe: { exec: { command: node("require('node:fs').statSync('/scratch/order')") }, periodSeconds: 1 },
  };
  const spec = {
    initContainers: [sidecar],
    volumes: [{ name: 'scratch', emptyDir: {} }],
    terminationGracePeriodSeconds: 10,
  };
  await applied(cluster, tinyPod('ordered', container, spec));
  await kubectl(cluster, 'wait', '--for=condition=Ready', 'pod/ordered', '--timeout=180s');
  const pod = onlyPod('ordered');
  await kubectl(cluster, 'delete', 'pod', 'ordered', '--timeout=180s');
  expect(await readFile(`${pod.volume('scratch')}/order`, 'utf8')).toBe(
    ['sidecar started', 'app started', 'app preStop', 'app told', 'app ends', 'sidecar told', 'sidecar ends', ''].join(
      '\n',
    ),
  );
});

const DOES_NOT_END = 'setInterval(() => {}, 1000);';

test('a container that runs after another one waits for the postStart of that', async () => {
  const write = (what: string) => `require('node:fs').appendFileSync('/scratch/order', '${what} ');`;
  const shared = { volumeMounts: [{ name: 'scratch', mountPath: '/scratch' }] };
  const script = (code: string) => ({ command: ['/node', '-e', code] });
  const hook = script(`setTimeout(() => { ${write('postStart')} }, 1000)`);
  const first = { ...shared, ...script(write('first') + DOES_NOT_END), lifecycle: { postStart: { exec: hook } } };
  const second = { ...shared, ...script(write('second') + DOES_NOT_END), name: 'second', lifecycle: undefined };
  const pod = tinyPod('begins', first, { volumes: [{ name: 'scratch', emptyDir: {} }] });
  await applied(cluster, withContainer(pod, second));
  await kubectl(cluster, 'wait', '--for=condition=Ready', 'pod/begins', '--timeout=180s');
  const order = () => readFile(`${onlyPod('begins').volume('scratch')}/order`, 'utf8');
  await eventually('both have started', async () => (await order()) === 'first postStart second ');
});

test('a container whose postStart fails is told to end and begins again, and never was ready', async () => {
  const postStart = { exec: { command: ['/node', '-e', 'process.exit(1)'] } };
  await applied(cluster, tinyPod('ill-begun', { lifecycle: { postStart } }));
  await eventually('it was restarted', async () => (await restartsOf('ill-begun')) > 0);
  expect(await jsonpath('.status.conditions[?(@.type=="Ready")].status', 'pod', 'ill-begun')).toBe('False');
  await kubectl(cluster, 'delete', 'pod', 'ill-begun', '--timeout=180s');
});

test('a sidecar ends when an init container after it has failed for good', async () => {
  const sidecar = { ...containerOf(tinyPod('', { name: 'sidecar' })), restartPolicy: 'Always' };
  const bad = containerOf(tinyPod('', { name: 'bad', args: ['end', '1'] }));
  await applied(cluster, tinyPod('ill-prepared', {}, { restartPolicy: 'Never', initContainers: [sidecar, bad] }));
  const state = (of: string) => jsonpath(`.status.initContainerStatuses[0].state.${of}`, 'pod', 'ill-prepared');
  await eventually('the sidecar has ended', async () => (await state('terminated.finishedAt')) !== '');
  expect(await jsonpath('.status.phase', 'pod', 'ill-prepared')).toBe('Failed');
  expect(await jsonpath('.status.message', 'pod', 'ill-prepared')).toBe('init container bad has failed');
});

test('a tcpSocket probe is well while something listens', async () => {
  const readinessProbe = { tcpSocket: { port: 'http' }, periodSeconds: 1, failureThreshold: 1 };
  const deaf = { tcpSocket: { port: 8081 }, periodSeconds: 1, failureThreshold: 1 };
  await applied(cluster, tinyPod('listens', { readinessProbe }), tinyPod('deaf', { readinessProbe: deaf }));
  await kubectl(cluster, 'wait', '--for=condition=Ready', 'pod/listens', '--timeout=180s');
  await eventually('the other one runs', () => onlyPod('deaf').container('app')?.state.phase === 'running');
  expect(await jsonpath('.status.conditions[?(@.type=="Ready")].status', 'pod', 'deaf')).toBe('False');
});

test('a gRPC probe is well while the service says that it is serving', async () => {
  const grpc = (service?: string, port = 8082) => ({
    grpc: { port, ...(service !== undefined && { service }) },
    periodSeconds: 1,
  });
  const well = { whole: grpc(), shop: grpc('shop'.repeat(50)) };
  const unwell = { office: grpc('office'), unknown: grpc('attic'), 'no-grpc': grpc('', 8080), silent: grpc('', 8081) };
  await applied(
    cluster,
    ...Object.entries(well).map(([name, probe]) => tinyPod(name, { readinessProbe: probe })),
    ...Object.entries(unwell).map(([name, probe]) => tinyPod(name, { livenessProbe: probe })),
  );
  const pods = Object.keys(well).map((name) => `pod/${name}`);
  await kubectl(cluster, 'wait', '--for=condition=Ready', ...pods, '--timeout=180s');
  for (const name of Object.keys(unwell))
    await eventually(`${name} was restarted`, async () => (await restartsOf(name)) > 0);
  await kubectl(cluster, 'delete', 'pod', ...Object.keys(unwell), '--timeout=180s');
});

test('a probe that cannot be tried is neither well nor unwell, and the container says why', async () => {
  const once = { periodSeconds: 1, failureThreshold: 1 };
  const http = { httpGet: { port: 'web' }, ...once };
  const tcp = { tcpSocket: { port: 'web' }, ...once };
  await applied(
    cluster,
    tinyPod('never-started', { startupProbe: http }),
    tinyPod('never-ready', { readinessProbe: tcp }),
    tinyPod('never-ended', { ...READY, livenessProbe: http, lifecycle: { preStop: { httpGet: { port: 'web' } } } }),
  );
  await kubectl(cluster, 'wait', '--for=condition=Ready', 'pod/never-ended', '--timeout=180s');
  const state = (name: string) => onlyPod(name).container('app')?.state;
  const told = { 'never-started': 'startupProbe', 'never-ready': 'readinessProbe', 'never-ended': 'livenessProbe' };
  for (const [name, kind] of Object.entries(told)) {
    const problem = `its ${kind} cannot be tried: the container app has no port named web; it has http`;
    await eventually(`${name} says why`, () => state(name)?.problem === problem);
    expect(state(name)).toMatchObject({ phase: 'running', restarts: 0, ready: name === 'never-ended' });
  }
  await kubectl(cluster, 'delete', 'pod', ...Object.keys(told), '--timeout=180s');
});

test('init containers come first, and a pod that is done stays done, with its last message', async () => {
  const init = (name: string) => ({
    ...(tinyPod('', { name, args: ['end', '0'] }) as { spec: { containers: object[] } }).spec.containers[0],
  });
  const spec = { restartPolicy: 'Never', initContainers: [init('first'), init('second')] };
  await applied(
    cluster,
    tinyPod('done', { args: ['end', '0'] }, spec),
    tinyPod('failed', { args: ['end', '3', 'too little'] }, spec),
  );
  const phase = (pod: string, expected: string) =>
    eventually(`${pod} is ${expected}`, async () => (await jsonpath('.status.phase', 'pod', pod)) === expected);
  await phase('done', 'Succeeded');
  await phase('failed', 'Failed');
  expect(await jsonpath('.status.containerStatuses[0].state.terminated.exitCode', 'pod', 'failed')).toBe('3');
  expect(await jsonpath('.status.containerStatuses[0].state.terminated.message', 'pod', 'failed')).toBe('too little');
  expect(await jsonpath('.status.containerStatuses[0].state.terminated.message', 'pod', 'done')).toBe('');
  expect(await jsonpath('.status.initContainerStatuses[*].state.terminated.reason', 'pod', 'done')).toBe(
    'Completed Completed',
  );
});

test('what the node cannot do it says in the status of the pod', async () => {
  const spec = { volumes: [{ name: 'host', hostPath: { path: '/' } }] };
  await applied(cluster, tinyPod('too-much', {}, spec));
  await eventually('it has failed', async () => (await jsonpath('.status.phase', 'pod', 'too-much')) === 'Failed');
  expect(await jsonpath('.status.message', 'pod', 'too-much')).toContain('no such volume as host');
});

interface PodOfContainers {
  readonly spec: { readonly containers: readonly object[] };
}

const containerOf = (pod: object): object => ({ ...(pod as PodOfContainers).spec.containers[0] });

function withContainer(pod: object, more: object): object {
  const { spec } = pod as PodOfContainers;
  return { ...pod, spec: { ...spec, containers: [...spec.containers, { ...spec.containers[0], ...more }] } };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
