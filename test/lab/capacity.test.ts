import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import { eventually } from '../cluster/eventually.ts';
import { ASKS } from '../cluster/pods.ts';
import { type PolicyChange, policyFile } from '../cluster/policy-file.ts';
import type { PodWorker } from '../node/pod-worker.ts';
import { chartObject } from '../prometheus/chart-object.ts';
import { outsideCluster } from '../prometheus/outside-cluster.ts';
import { type PodMonitor, scrapeConfigsOf } from '../prometheus/pod-monitor.ts';
import { type Prometheus, startPrometheus } from '../prometheus/prometheus.ts';
import { pillion } from '../unit/cli/command-line.ts';
import { call } from './counted.ts';
import { ENABLED, type Lab, startLab } from './lab.ts';
import { listens, SHOP } from './shop.ts';
import { resilientValues, trafficService } from './traffic-service.ts';

/** The namespace of the stage that is opened. */
const STREET = 'street';

const POLICY: PolicyChange = { profile: { features: ['Observability', 'Resilience'] } };

const SERVICES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  timing: { timeout: '5s' },
  ...resilientValues({ attempts: 2, perTryTimeout: '2s', retryOn: ['reset'], backoff: '25ms' }),
};

const PLAN = stringify({
  apiVersion: 'pillion.io/v1alpha1',
  kind: 'RolloutPlan',
  metadata: { name: 'default' },
  spec: {
    stages: [
      { name: 'first', state: 'Open', namespaces: [SHOP] },
      { name: 'streets', namespaces: [STREET] },
    ],
  },
});

const PORTS = [{ containerPort: 8080 }];

const deployment = (
  namespace: string,
  name: string,
  { replicas = 1, annotations = {}, ports = PORTS }: { replicas?: number; annotations?: object; ports?: object[] } = {},
) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name, version: 'v1' }, annotations: { ...ASKS, ...annotations } },
      spec: { terminationGracePeriodSeconds: 1, containers: [{ name: 'app', image: 'lab/all', ports }] },
    },
  },
});

const dependsOn = (...names: readonly string[]) => ({
  annotations: { 'pillion.io/depends-on': names.map((name) => `${SHOP}/${name}`).join(', ') },
});

/** Applications that call none, some and all of the Services, and one that nobody calls. */
const STREETS: readonly [name: string, calls: readonly string[], made: object][] = [
  ['kiosk', [], deployment(STREET, 'kiosk', { replicas: 2 })],
  ['stall', ['timing', 'breaking'], deployment(STREET, 'stall', dependsOn('timing', 'breaking'))],
  [
    'market',
    Object.keys(SERVICES),
    deployment(STREET, 'market', { ...dependsOn(...Object.keys(SERVICES)), ports: [] }),
  ],
];

let lab: Lab;
let prometheus: Prometheus;

beforeAll(async () => {
  lab = await startLab({ namespaces: { [SHOP]: ENABLED, [STREET]: {} }, policy: POLICY });
  const monitor = await chartObject<PodMonitor>('PodMonitor', 'pillion-sidecars');
  const { guard, controlPlane } = lab.cluster;
  prometheus = await startPrometheus(
    guard,
    'capacity',
    outsideCluster(controlPlane.kubeconfig, scrapeConfigsOf(monitor)),
  );
  await lab.apply(...Object.entries(SERVICES).map(([name, values]) => trafficService(name, values)));
  await lab.apply(deployment(SHOP, 'backend', { replicas: 3 }), ...STREETS.map(([, , made]) => made));
  await settled([SHOP, 'backend'], ...STREETS.map(([name]) => [STREET, name] as const));
});

afterAll(async () => lab?.stop());

async function settled(...workloads: readonly (readonly [namespace: string, name: string])[]): Promise<void> {
  for (const [namespace, name] of workloads)
    await lab.kubectl('rollout', 'status', `deployment/${name}`, '-n', namespace, '--timeout=180s');
}

/** Those that stay: after a restart the ones before are on their way out for a while. */
const podsOf = (namespace: string, app: string) =>
  lab.cluster.node
    .pods(namespace)
    .filter(({ pod: { metadata } }) => metadata?.labels?.app === app && metadata.deletionTimestamp === undefined);

const isCalled = ({ pod }: PodWorker): boolean =>
  pod.spec?.containers.some(({ ports = [] }) => ports.length > 0) ?? false;

/** Every application is asked and calls: one status that is well, and one that is not. */
async function traffic(): Promise<void> {
  const [first] = podsOf(SHOP, 'backend');
  const pages = ['status/200', 'status/404'];
  const everyPod = [
    ...podsOf(SHOP, 'backend').map((pod) => [pod, []] as const),
    ...STREETS.flatMap(([name, calls]) => podsOf(STREET, name).map((pod) => [pod, calls] as const)),
  ];
  const called = everyPod.map(([pod]) => pod).filter(isCalled);
  for (const pod of called) await eventually('the application listens', () => listens(lab, pod));
  for (const [pod, calls] of everyPod) {
    const hosts = calls.length > 0 ? calls.map((name) => `${name}.${SHOP}`) : [first?.ip ?? ''];
    for (const page of pages) {
      for (const host of hosts) await call(lab, pod, 'http', `http://${host}:8080/${page}`);
      if (isCalled(pod)) await (await fetch(`http://${pod.ip}:8080/${page}`)).text();
    }
  }
}

/** The number when it has stood for some scrapes. */
async function headSeries(): Promise<number> {
  let before = -1;
  await eventually('no series are added any more', async () => {
    const now = await prometheus.headSeries();
    const stands = now === before && now > 0;
    before = now;
    if (!stands) await sleep(3_000);
    return stands;
  });
  return before;
}

interface Told {
  readonly stage: string;
  readonly lines: readonly {
    readonly what: string;
    readonly now: number;
    readonly afterStage: number;
    readonly basis: { readonly kind: string };
  }[];
  readonly recommended: {
    readonly workloads: readonly { readonly name: string; readonly requests: { readonly memory: number } }[];
  };
}

async function capacity(...args: readonly string[]) {
  const files = { policy: policyFile(POLICY), plan: PLAN };
  const cluster = ['--kubeconfig', lab.cluster.controlPlane.kubeconfig];
  return pillion(['capacity', ...cluster, '--policy', 'policy', '--plan', 'plan', ...args], { files });
}

const line = ({ lines }: Told, what: string) => lines.find((one) => one.what === what);

test('the series that a stage adds to Prometheus are those that were predicted, within 5 %', async () => {
  await traffic();
  await eventually('the open stage is read', async () => (await prometheus.query('envoy_server_live')).length === 3);
  const before = await headSeries();
  const { stdout, stderr } = await capacity('-o', 'json');
  const told = JSON.parse(stdout || `{"error": ${JSON.stringify(stderr)}}`) as Told;
  expect(told.stage).toBe('streets');
  expect(line(told, 'sidecars')).toMatchObject({ now: 3, afterStage: 7 });
  const predicted = line(told, 'series of sidecars in Prometheus') ?? { now: 0, afterStage: 0 };
  // how many status codes each answers with, nobody has told
  expect(predicted).toMatchObject({ basis: { kind: 'assumed', of: expect.stringContaining('two status codes') } });
  expect(Math.abs(before - predicted.now) / before).toBeLessThan(0.05);

  await lab.kubectl('label', 'namespace', STREET, 'istio-injection=enabled');
  await lab.kubectl('rollout', 'restart', 'deployment', '-n', STREET);
  await settled(...STREETS.map(([name]) => [STREET, name] as const));
  await eventually('all sidecars are read', async () => (await prometheus.query('envoy_server_live')).length === 7);
  await traffic();
  await sleep(3_000);
  const added = (await headSeries()) - before;
  expect(Math.abs(predicted.afterStage - predicted.now - added) / added).toBeLessThan(0.05);

  // what runs now is what was predicted
  const { stdout: after } = await capacity('-o', 'json');
  for (const what of ['sidecars', 'CPU that sidecars request', 'memory that sidecars request'])
    expect(line(JSON.parse(after) as Told, what)?.now).toBe(line(told, what)?.afterStage);
});

test('by what sidecars use a policy is recommended, and simulate shows what it changes', async () => {
  const asking = ['--prometheus', prometheus.url, '--window', '1m', '--percentile', '90', '--margin', '50'];
  const { stdout } = await capacity(...asking, '-o', 'json');
  const [backend] = (JSON.parse(stdout) as Told).recommended.workloads.filter(({ name }) => name === 'backend');
  // an Envoy takes more than 20 MiB and, without load, less than 200 MiB
  expect(backend?.requests.memory).toBeGreaterThan(20 * 2 ** 20);
  expect(backend?.requests.memory).toBeLessThan(200 * 2 ** 20);
  const { stdout: patch } = await capacity(...asking, '-o', 'patch');
  const files = { policy: policyFile(POLICY), patch };
  const cluster = ['--kubeconfig', lab.cluster.controlPlane.kubeconfig];
  const simulated = await pillion(['simulate', ...cluster, '--policy', 'patch', '--against', 'policy', '-o', 'json'], {
    files,
  });
  const { changes } = JSON.parse(simulated.stdout) as {
    changes: { name: string; differences: { at: string; after: string }[] }[];
  };
  const change = changes.find(({ name }) => name === 'backend');
  expect(change?.differences).toContainEqual(
    expect.objectContaining({
      at: 'initContainers/istio-proxy/resources/requests/memory',
      after: `${(backend?.requests.memory ?? 0) / 2 ** 20}Mi`,
    }),
  );
});
