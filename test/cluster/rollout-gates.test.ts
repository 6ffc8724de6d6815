import { connect, createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { type Prometheus, startPrometheus } from '../prometheus/prometheus.ts';
import { type ToldFigures, type ToldSeries, toldFigures } from '../prometheus/told-figures.ts';
import { pillion as commandLine } from '../unit/cli/command-line.ts';
import { eventually } from './eventually.ts';
import { ownKinds } from './own-kinds.ts';
import { ASKS, simplePod } from './pods.ts';
import { ENABLED, testCluster } from './test-cluster.ts';

const cluster = testCluster({ shop: ENABLED, street: {}, 'istio-system': {}, 'pillion-system': {} });
let figures: ToldFigures;
let prometheus: Prometheus;

const WINDOW = '10s';
const GATES = {
  compatibility: { incompatible: 0 },
  acknowledgements: { share: '100%' },
  adoption: { injected: '90%' },
  errorRate: { most: '2%', window: WINDOW },
  latency: { quantile: 0.99, most: '500ms', window: WINDOW },
  restarts: { most: 0, window: '1h' },
  sidecarMemory: { most: '80%' },
  controlPlane: { cpu: '80%', memory: '80%', proxiesPerReplica: 100, pushConvergence: '5s' },
  telemetryBackends: { headSeries: 100_000, queue: '50%' },
};
const STAGES = [
  { name: 'first', state: 'Open', namespaces: ['shop'] },
  { name: 'second', namespaces: ['street'] },
  { name: 'lost', namespaces: ['pillion-system', 'nowhere'] },
  { name: 'elsewhere', environment: 'test', namespaces: ['street'] },
];
const plan = (spec: object = {}) => ({
  apiVersion: 'pillion.io/v1alpha1',
  kind: 'RolloutPlan',
  metadata: { name: 'default' },
  spec: { environment: 'production', stages: STAGES, gates: GATES, ...spec },
});

interface Told {
  readonly exit: number;
  readonly stderr: string;
  readonly gates: readonly {
    readonly gate: string;
    readonly state: string;
    readonly says: string;
    readonly next?: string;
    readonly parts: readonly { readonly query?: string; readonly says: string }[];
  }[];
}

const flags = () => ['--kubeconfig', cluster.controlPlane.kubeconfig];

async function gates(args: readonly string[] = ['second', '--prometheus', prometheus.url], spec = {}): Promise<Told> {
  const files = { 'plan.yaml': stringify(plan(spec)) };
  const all = ['rollout', 'gates', ...args, '--plan', 'plan.yaml', '-o', 'json', ...flags()];
  const { exit, stdout, stderr } = await commandLine(all, { now: new Date(), files });
  return { exit, stderr, gates: stdout === '' ? [] : JSON.parse(stdout).gates };
}

async function acknowledge(): Promise<void> {
  const args = ['rollout', 'acknowledge', 'second', '--squad', 'stall', '--plan', 'plan.yaml', ...flags()];
  const { exit, stderr } = await commandLine(args, { now: new Date(), files: { 'plan.yaml': stringify(plan()) } });
  if (exit !== 0) throw new Error(stderr);
}

const states = ({ gates: all }: Told) => Object.fromEntries(all.map(({ gate, state }) => [gate, state]));
const gate = ({ gates: all }: Told, name: string) => all.find((one) => one.gate === name);

async function call(method: 'POST' | 'PATCH' | 'DELETE', path: string, object?: object): Promise<void> {
  const { status, body } = await cluster.api.call(method, path, object);
  if (status >= 300) throw new Error(`${path}: ${JSON.stringify(body)}`);
}

const containerOf = (name: string, more: object = {}) => ({
  ...{ name, image: 'a', imageID: '', ready: true, restartCount: 0 },
  state: { running: { startedAt: new Date().toISOString() } },
  ...more,
});

/** Creates a pod and says of it what a kubelet would that runs it. */
async function run(namespace: string, pod: Readonly<Record<string, unknown>>, sidecar?: object) {
  const path = `/api/v1/namespaces/${namespace}/pods`;
  await call('POST', path, pod);
  const status = {
    phase: 'Running',
    conditions: [{ type: 'Ready', status: 'True' }],
    containerStatuses: [containerOf('app')],
    ...(sidecar && { initContainerStatuses: [sidecar] }),
  };
  const { name } = pod.metadata as { readonly name: string };
  await call('PATCH', `${path}/${name}/status`, { status });
}

/** A pod as the API server would have it with Pillion in front. */
async function injected(name: string) {
  const pod = simplePod(name, { annotations: ASKS, labels: { 'pillion.io/squad': 'cart' } });
  const stdin = JSON.stringify({ ...pod, metadata: { ...(pod.metadata as object), namespace: 'shop' } });
  const args = ['inject', '-f', '-', '--namespace-label', 'shop:istio-injection=enabled'];
  const { exit, stdout, stderr } = await commandLine(args, { stdin });
  if (exit !== 0) throw new Error(stderr);
  return parse(stdout);
}

const CARTS = ['cart-1', 'cart-2'].map((pod) => ({ namespace: 'shop', pod, envoy_cluster_name: 'inbound' }));
const ISTIOD = { namespace: 'istio-system', pod: 'istiod-1' };
const MIB = 2 ** 20;

/** Every metric that gates ask for and that Prometheus does not have of itself. */
const WELL: Readonly<Record<string, readonly ToldSeries[]>> = {
  envoy_server_live: CARTS.map((labels) => ({ labels, gauge: 1 })),
  envoy_cluster_upstream_rq: CARTS.flatMap((labels) => [
    { labels: { ...labels, envoy_response_code: '200' }, eachScrape: 99 },
    { labels: { ...labels, envoy_response_code: '503' }, eachScrape: 1 },
    { labels: { ...labels, envoy_cluster_name: 'outbound', envoy_response_code: '503' }, eachScrape: 100 },
  ]),
  envoy_cluster_upstream_rq_time_bucket: CARTS.flatMap((labels) => [
    { labels: { ...labels, le: '100' }, eachScrape: 90 },
    { labels: { ...labels, le: '250' }, eachScrape: 100 },
    { labels: { ...labels, le: '+Inf' }, eachScrape: 100 },
  ]),
  envoy_server_memory_physical_size: CARTS.map((labels) => ({ labels, gauge: 100 * MIB })),
  istio_build: [{ labels: { ...ISTIOD, component: 'pilot', tag: '1.31.0' }, gauge: 1 }],
  pilot_xds: [
    { labels: { ...ISTIOD, version: '1.31.0' }, gauge: 20 },
    { labels: { ...ISTIOD, version: '1.30.0' }, gauge: 10 },
  ],
  process_cpu_seconds_total: [{ labels: ISTIOD, eachScrape: 0.1 }],
  process_resident_memory_bytes: [{ labels: ISTIOD, gauge: 200 * MIB }],
  pilot_proxy_convergence_time_bucket: [
    { labels: { ...ISTIOD, le: '0.5' }, eachScrape: 1 },
    { labels: { ...ISTIOD, le: '+Inf' }, eachScrape: 1 },
  ],
  otelcol_exporter_queue_size: [{ labels: { exporter: 'otlp' }, gauge: 100 }],
  otelcol_exporter_queue_capacity: [{ labels: { exporter: 'otlp' }, gauge: 1000 }],
};

beforeAll(async () => {
  await ownKinds(cluster.api);
  await call('POST', '/api/v1/nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node' } });
  for (const name of ['cart-1', 'cart-2']) await run('shop', await injected(name), containerOf('istio-proxy'));
  const requests = { cpu: '500m', memory: '1Gi' };
  const discovery = { name: 'discovery', image: 'registry.example/pilot:1', resources: { requests } };
  await run('istio-system', {
    ...{ apiVersion: 'v1', kind: 'Pod' },
    metadata: { name: 'istiod-1', labels: { app: 'istiod' } },
    spec: { containers: [discovery] },
  });
  await run('street', simplePod('stall-1', { labels: { 'pillion.io/squad': 'stall' } }));
  figures = await toldFigures('pillion-sidecars');
  figures.tell(WELL);
  prometheus = await startPrometheus(cluster.launcher.guard, 'gates', (itself) => [
    figures.scrapeConfig,
    { job_name: 'prometheus', static_configs: [{ targets: [itself] }] },
  ]);
  await eventually('figures are known', async () => (await gate(await gates(), 'errorRate'))?.state === 'passed');
});

afterAll(() => figures?.close());

test('each gate is asked: of the cluster, and of a Prometheus that knows its figures', async () => {
  const told = await gates();
  expect([told.exit, states(told)]).toEqual([
    1,
    {
      ...{ compatibility: 'passed', acknowledgements: 'failed', adoption: 'passed', errorRate: 'passed' },
      ...{ latency: 'passed', restarts: 'passed', sidecarMemory: 'passed', controlPlane: 'passed' },
      telemetryBackends: 'passed',
    },
  ]);
  const says = told.gates.flatMap(({ parts }) => parts.map((part) => part.says)).join('\n');
  for (const sentence of [
    /^incompatible workloads of the stage: 0 by pillion check of 1,/m,
    /acknowledged their briefing: 0 % by the record of the rollout, 0 of 1,/,
    /run with their sidecar: 100 % by the API server, 2 of 2,/,
    /^requests that failed over 10s: 1 % by Prometheus,/m,
    /^the 99th percentile of the time that requests took over 10s: 235 ms by Prometheus,/m,
    /^restarts of sidecars over 1h: 0 by the API server,/m,
    /use of their memory limit: [\d.]+ % by Prometheus, and limits of the API server,/,
    /^requested memory that istiod uses after the stage: 19.5 % by Prometheus,/m,
    /^proxies at a replica of istiod after the stage: 30 by Prometheus \(30 now and 0 of the stage, at 1 ready\)/m,
    /^series in Prometheus after the stage: [\d,]+ by Prometheus \([\d,]+ now and 1 pod with \d+ each, as those that run\)/m,
    /^how full the fullest queue of the collectors is: 10 % by Prometheus,/m,
  ])
    expect(says).toMatch(sentence);
  expect(told.stderr).toBe('');
});

test('when its squad has acknowledged the briefing of today, the stage may be opened', async () => {
  const line = { stage: 'second', squad: 'stall', name: 'Kim', time: '2026-11-26T12:00:00Z', digest: 'abc' };
  const path = '/api/v1/namespaces/pillion-system/configmaps';
  const data = { acknowledgements: `${JSON.stringify(line)}\n` };
  await call('POST', path, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'pillion-rollout' }, data });
  const outdated = await gates();
  expect([outdated.exit, gate(outdated, 'acknowledgements')?.state]).toEqual([1, 'failed']);
  expect(gate(outdated, 'acknowledgements')?.next).toContain('stall (who read an earlier version)');
  await acknowledge();
  const { body } = await cluster.api.call('GET', `${path}/pillion-rollout`);
  const { acknowledgements = '' } = (body as unknown as { readonly data: Readonly<Record<string, string>> }).data;
  const edited = { data: { acknowledgements: `${acknowledgements}edited by hand\n` } };
  await call('PATCH', `${path}/pillion-rollout`, edited);
  const told = await gates();
  expect([told.exit, gate(told, 'acknowledgements')?.state]).toEqual([0, 'passed']);
  expect(told.stderr).toContain('line 2 cannot be read and is passed over');
  await call('DELETE', `${path}/pillion-rollout`);
});

/** What failed in an earlier test counts for as long as the window of the gate is. */
const errorsAreOver = () =>
  eventually('the errors are over', async () => gate(await gates(), 'errorRate')?.state === 'passed');

test('requests that fail, and a queue that fills, are seen a moment later', async () => {
  const failing = CARTS.map((labels) => ({ labels: { ...labels, envoy_response_code: '503' }, eachScrape: 50 }));
  const full = [{ labels: { exporter: 'otlp' }, gauge: 900 }];
  figures.tell({ envoy_cluster_upstream_rq: failing, otelcol_exporter_queue_size: full });
  await eventually('they fail', async () => (await gate(await gates(), 'errorRate'))?.state === 'failed');
  const told = await gates();
  expect(gate(told, 'telemetryBackends')).toMatchObject({ state: 'failed', says: expect.stringContaining('90 %') });
  figures.tell(WELL);
  await errorsAreOver();
});

test('a sidecar that Prometheus does not read leaves its figures unknown, and so does a metric that is gone', async () => {
  figures.tell({ envoy_server_live: [], pilot_xds: [], envoy_server_memory_physical_size: [] });
  const gone = ['errorRate', 'latency', 'sidecarMemory', 'controlPlane'];
  const unknown = Object.fromEntries(gone.map((name) => [name, 'unknown']));
  await eventually('they are gone', async () => {
    const now = states(await gates());
    return gone.every((name) => now[name] === 'unknown');
  });
  const told = await gates();
  expect(states(told)).toMatchObject({ ...unknown, adoption: 'passed', telemetryBackends: 'passed' });
  expect(gate(told, 'errorRate')?.says).toContain('Prometheus reads no Envoy sidecar');
  for (const name of gone) {
    expect(gate(told, name)?.next).toMatch(/scrape/);
    expect(gate(told, name)?.parts.every(({ query }) => query !== undefined)).toBe(true);
  }
  figures.tell(WELL);
  await eventually('they are back', async () => {
    const now = states(await gates());
    return gone.every((name) => now[name] === 'passed');
  });
});

test('the restarts of a sidecar count as the kubelet tells them', async () => {
  const status = (restartCount: number) =>
    call('PATCH', '/api/v1/namespaces/shop/pods/cart-1/status', {
      status: { initContainerStatuses: [containerOf('istio-proxy', { restartCount })] },
    });
  await status(2);
  expect(gate(await gates(), 'restarts')).toMatchObject({
    state: 'failed',
    says: 'restarts of sidecars over 1h: 2 by the API server, asked for is at most 0',
    next: expect.stringContaining('kubectl -n shop logs cart-1 -c istio-proxy --previous'),
  });
  await status(0);
});

test('a pod of the open stage that runs without its sidecar is seen by adoption', async () => {
  await run('shop', simplePod('bare'));
  expect(gate(await gates(), 'adoption')).toMatchObject({ state: 'failed', says: expect.stringContaining('66.7 %') });
  await call('DELETE', '/api/v1/namespaces/shop/pods/bare?gracePeriodSeconds=0');
});

test('without Prometheus its gates are unknown and say how to name it; the others are judged', async () => {
  const told = await gates(['second']);
  expect([told.exit, gate(told, 'latency')?.state, gate(told, 'restarts')?.state]).toEqual([1, 'unknown', 'passed']);
  expect(gate(told, 'latency')?.next).toContain('--prometheus');
});

test('where nobody listens at the address, the gates are unknown', async () => {
  const told = await gates(['second', '--prometheus', 'http://127.0.0.1:1']);
  expect([told.exit, gate(told, 'latency')?.state, gate(told, 'adoption')?.state]).toEqual([1, 'unknown', 'passed']);
  expect(gate(told, 'latency')?.says).toContain('ECONNREFUSED');
});

test('the API server is a way to a Prometheus that is a Service', async () => {
  // it calls no address of its own machine that begins with 127
  const outer = Object.values(networkInterfaces())
    .flatMap((all) => all ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal);
  if (outer === undefined) throw new Error('this machine has no address but 127.0.0.1');
  const { hostname, port } = new URL(prometheus.url);
  const server = createServer((socket) => {
    const onward = connect(Number(port), hostname);
    socket.pipe(onward).pipe(socket);
    for (const end of [socket, onward]) end.on('error', () => [socket, onward].map((one) => one.destroy()));
  });
  await new Promise<void>((resolve) => server.listen(0, outer.address, resolve));
  const listening = server.address() as { readonly port: number };
  const metadata = { name: 'prometheus' };
  const ports = [{ name: 'web', port: 9090 }];
  await call('POST', '/api/v1/namespaces/pillion-system/services', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata,
    spec: { ports },
  });
  // nor one that is not a pod's
  await run('pillion-system', simplePod('prometheus-0'));
  const podIPs = [{ ip: outer.address }];
  const path = '/api/v1/namespaces/pillion-system/pods/prometheus-0/status';
  await call('PATCH', path, { status: { podIP: outer.address, podIPs } });
  const targetRef = { kind: 'Pod', namespace: 'pillion-system', name: 'prometheus-0' };
  const slice = {
    metadata: { name: 'prometheus', labels: { 'kubernetes.io/service-name': 'prometheus' } },
    ...{ addressType: 'IPv4', endpoints: [{ addresses: [outer.address], conditions: { ready: true }, targetRef }] },
    ports: [{ name: 'web', port: listening.port }],
  };
  await call('POST', '/apis/discovery.k8s.io/v1/namespaces/pillion-system/endpointslices', {
    ...{ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice' },
    ...slice,
  });
  const subsets = [{ addresses: [{ ip: outer.address, targetRef }], ports: slice.ports }];
  const endpoints = { apiVersion: 'v1', kind: 'Endpoints', metadata, subsets };
  // older API servers look there
  await call('POST', '/api/v1/namespaces/pillion-system/endpoints', endpoints);
  try {
    const through = () => gates(['second', '--prometheus', 'pillion-system/prometheus:9090']);
    await eventually('the way is open', async () => gate(await through(), 'latency')?.state === 'passed').catch(
      async (cause) => {
        throw new Error(gate(await through(), 'latency')?.says, { cause });
      },
    );
    expect(states(await through())).toEqual(states(await gates()));
    expect(gate(await gates(['second', '--prometheus', 'pillion-system/nobody:9090']), 'latency')?.says).toContain(
      'services "nobody" not found',
    );
  } finally {
    server.close();
  }
});

test('a namespace that is not there leaves compatibility unknown, and is named', async () => {
  expect(gate(await gates(['lost']), 'compatibility')).toMatchObject({
    state: 'unknown',
    says: expect.stringContaining('the cluster has no namespace nowhere'),
  });
});

test('before the first stage is open there is nothing to measure, and nothing stands in its way', async () => {
  const { errorRate, latency, restarts, adoption, sidecarMemory } = GATES;
  const told = await gates(['first'], { gates: { errorRate, latency, restarts, adoption, sidecarMemory } });
  expect([told.exit, new Set(Object.values(states(told)))]).toEqual([0, new Set(['passed'])]);
});

test('a stage without gates is told so, and one of its own hides that of the plan', async () => {
  expect(await gates(['second'], { gates: {} })).toMatchObject({ exit: 0, gates: [] });
  const stages = STAGES.map((one) => ({ ...one, gates: { adoption: { injected: '0%' } } }));
  const told = await gates(['second'], { stages, gates: { adoption: { injected: '100%' } } });
  expect(gate(told, 'adoption')?.says).toContain('asked for is at least 0 %');
});

test.each([
  [['none'], 'the plan has no stage "none"; its stages: first, second, lost, elsewhere'],
  [['elsewhere'], 'stage elsewhere is of environment test, and this plan is for production'],
  [['second', '--prometheus', 'prometheus'], 'is no address'],
  [['second', '--prometheus', 'street/prometheus:9090', '--prometheus-token-file', 'plan.yaml'], 'sees nobody’s token'],
  [['second', '--prometheus', 'https://metrics.example', '--prometheus-token-file', 'token'], 'ENOENT'],
])('%j is refused with what to do', async (args, message) => {
  const { exit, stderr } = await gates(args);
  expect([exit, stderr]).toEqual([2, expect.stringContaining(message)]);
});

test('the plan of the cluster is asked where no file is named, and people get a table', async () => {
  const args = ['rollout', 'gates', 'second', '--prometheus', prometheus.url, ...flags()];
  expect(await commandLine(args)).toMatchObject({
    exit: 2,
    stderr: expect.stringContaining(
      'the cluster has no RolloutPlan default; pillion rollout plan -o yaml proposes one',
    ),
  });
  await call('POST', '/apis/pillion.io/v1alpha1/rolloutplans', plan());
  const { exit, stdout } = await commandLine(args, { now: new Date() });
  expect(exit).toBe(1);
  expect(stdout).toMatch(/^gate +state +what +figure +asked for\ncompatibility +passed +incompatible workloads/);
  expect(stdout).toContain('\n8 passed, 1 failed: stage second is not to be opened yet\n');
});

test('what gates came to is kept where it is asked for, for the plan of the cluster alone', async () => {
  const args = ['rollout', 'gates', 'second', '--prometheus', prometheus.url, '-o', 'json', '--record', ...flags()];
  const { exit, stdout } = await commandLine(args, { now: new Date('2026-11-27T09:00:00Z') });
  expect(exit).toBe(1);
  const { body } = await cluster.api.call('GET', '/api/v1/namespaces/pillion-system/configmaps/pillion-rollout');
  const kept = JSON.parse((body as unknown as { readonly data: { readonly gates: string } }).data.gates);
  expect(kept).toMatchObject({ stage: 'second', at: '2026-11-27T09:00:00.000Z', by: expect.stringMatching(/./) });
  const told = JSON.parse(stdout).gates.map(({ gate, state, says }: Told['gates'][number]) => ({ gate, state, says }));
  expect(kept.gates).toMatchObject(told);
  expect(await gates(['second', '--record'])).toMatchObject({
    exit: 2,
    stderr: expect.stringContaining('leave out --plan'),
  });
});

test('a stage is not opened while a gate has not passed, and is when all have', async () => {
  const gated = { gates: { acknowledgements: GATES.acknowledgements, errorRate: GATES.errorRate } };
  const path = '/apis/pillion.io/v1alpha1/rolloutplans';
  await call('DELETE', `${path}/default`);
  await call('POST', path, plan(gated));
  const open = async (...more: readonly string[]) => {
    const args = ['rollout', 'open', 'second', '-o', 'json', ...more, ...flags()];
    const { exit, stdout } = await commandLine(args, { now: new Date() });
    return { exit, told: JSON.parse(stdout) };
  };
  const asked = ['--prometheus', prometheus.url];
  expect(await open(...asked)).toMatchObject({
    exit: 1,
    told: {
      result: 'refused',
      gates: [
        { gate: 'acknowledgements', state: 'failed' },
        { gate: 'errorRate', state: 'passed' },
      ],
    },
  });
  await acknowledge();
  // without Prometheus one of them is unknown
  expect(await open()).toMatchObject({ exit: 1, told: { result: 'refused' } });
  expect(await open(...asked)).toMatchObject({ exit: 0, told: { result: 'done' } });
  const { body } = await cluster.api.call('GET', '/api/v1/namespaces/street');
  expect(body.metadata).toMatchObject({ labels: { 'istio-injection': 'enabled' } });
});
