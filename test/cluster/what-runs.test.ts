import { beforeAll, expect, test } from '@jest/globals';
import { pillion as commandLine } from '../unit/cli/command-line.ts';
import { eventually } from './eventually.ts';
import { INSTALLED, makeOwner, OWN_NAMESPACE } from './installation.ts';
import { counterOf } from './metrics.ts';
import { ownKinds, PROFILES } from './own-kinds.ts';
import type { PillionProcess } from './pillion-process.ts';
import { ASKS, simplePod } from './pods.ts';
import { webhookInForce } from './registered.ts';
import { ENABLED, testCluster } from './test-cluster.ts';

const cluster = testCluster({ shop: ENABLED, closing: ENABLED, quiet: {}, [OWN_NAMESPACE]: {} });
let pillion: PillionProcess;

async function create(path: string, object: object): Promise<void> {
  const { status, body } = await cluster.api.call('POST', path, object);
  if (status !== 201) throw new Error(`${path} is refused: ${JSON.stringify(body)}`);
}

const createPod = (namespace: string, pod: object) => create(`/api/v1/namespaces/${namespace}/pods`, pod);

const deployment = (name: string, template: { readonly annotations?: object; readonly spec?: object }) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name }, annotations: template.annotations ?? {} },
      spec: { containers: [{ name: 'app', image: 'registry.example/app:1' }], ...template.spec },
    },
  },
});

interface Report {
  readonly pods: Readonly<Record<string, number>>;
  readonly namespaces: readonly { readonly name: string }[];
  readonly findings: readonly {
    readonly pod: string;
    readonly state: string;
    readonly reason: string;
    readonly next: string;
  }[];
  readonly conditions: readonly { readonly type: string; readonly status: string }[];
  readonly policy: { readonly name: string };
}

async function report(): Promise<Report | undefined> {
  const { status, body } = await cluster.api.call('GET', '/apis/pillion.io/v1alpha1/injectionreports/default');
  return status === 200 ? (body.status as Report) : undefined;
}

/** The report, once it tells of this pod in this state. */
async function told(pod: string, state: string): Promise<Report> {
  let last: Report | undefined;
  await eventually(`${pod} is ${state}`, async () => {
    last = await report();
    return last?.findings?.some((finding) => finding.pod.startsWith(pod) && finding.state === state) ?? false;
  });
  return last as Report;
}

const podsOf = async (namespace: string, app: string): Promise<number> => {
  const { body } = await cluster.api.call('GET', `/api/v1/namespaces/${namespace}/pods?labelSelector=app%3D${app}`);
  return (body.items as unknown[]).length;
};

beforeAll(async () => {
  await makeOwner(cluster.api);
  await ownKinds(cluster.api);
  // Pillion is away, and nothing of it is registered
  await create('/apis/apps/v1/namespaces/shop/deployments', deployment('web', { annotations: ASKS }));
  await create(
    '/apis/apps/v1/namespaces/shop/deployments',
    deployment('node-agent', { annotations: ASKS, spec: { hostNetwork: true } }),
  );
  await create('/apis/apps/v1/namespaces/quiet/deployments', deployment('eager', { annotations: ASKS }));
  await create('/apis/apps/v1/namespaces/quiet/deployments', deployment('silent', {}));
  await createPod('shop', simplePod('bare', { annotations: ASKS }));
  const status = JSON.stringify({ version: '0.1.0', injected: { initContainers: [], containers: [], volumes: [] } });
  await createPod('shop', simplePod('pretender', { annotations: { 'pillion.io/status': status } }));
  const sidecar = { name: 'istio-proxy', image: 'registry.example/not-envoy:1' };
  await createPod(
    'shop',
    simplePod('look-alike', {
      annotations: ASKS,
      spec: { containers: [{ name: 'app', image: 'registry.example/app:1' }, sidecar] },
    }),
  );
  for (const [namespace, app] of [
    ['shop', 'web'],
    ['shop', 'node-agent'],
    ['quiet', 'eager'],
    ['quiet', 'silent'],
  ] as const)
    await eventually(`${app} has its pod`, async () => (await podsOf(namespace, app)) === 1);
  pillion = await cluster.launcher.start({
    register: 'https://127.0.0.1:PORT',
    args: [...INSTALLED, '--policy-objects', '--scan-period', '2s'],
    pod: 'pillion-0',
  });
  await webhookInForce(cluster.controlPlane, 'shop');
});

test('pods that were created while Pillion was away are found, with what to run', async () => {
  const { findings, pods, conditions, policy } = await told('web', 'missing');
  const next = new Map(findings.map((finding) => [finding.pod.replace(/-[a-z0-9]+-[a-z0-9]{5}$/, ''), finding]));
  expect(next.get('web')).toMatchObject({
    ...{ namespace: 'shop', owner: 'Deployment/web', state: 'missing', reason: 'opted-in' },
    next: 'kubectl -n shop rollout restart deployment/web',
  });
  expect(next.get('bare')).toMatchObject({
    state: 'missing',
    next: 'make the pod bare in shop again: nothing else would',
  });
  expect(next.get('pretender')).toMatchObject({ state: 'forged' });
  expect(next.get('look-alike')).toMatchObject({ state: 'forged', reason: 'sidecar-impersonation' });
  expect(findings).toHaveLength(4);
  expect(pods).toEqual({ injected: 0, missing: 2, forged: 2, stale: 0, unwanted: 0, refused: 0, 'not-wanted': 3 });
  expect(conditions).toMatchObject([{ type: 'AsWanted', status: 'False' }]);
  expect(policy).toMatchObject({ name: 'default' });
});

test('kubectl tells it in a line', async () => {
  const { stdout } = await cluster.controlPlane.kubectl(['get', 'injectionreports']);
  expect(stdout.split('\n').map((line) => line.trim().split(/ {2,}/).slice(0, 8))).toEqual([
    ['NAME', 'ASWANTED', 'INJECTED', 'MISSING', 'STALE', 'UNWANTED', 'FORGED', 'REFUSED'],
    ['default', 'False', '0', '2', '0', '0', '2', '0'],
    [''],
  ]);
});

test('audit --live tells the same at a terminal, and exits with 1', async () => {
  const live = (...args: readonly string[]) =>
    commandLine(['audit', '--live', '--kubeconfig', cluster.controlPlane.kubeconfig, ...args]);
  const { exit, stdout, stderr } = await live();
  expect(stderr).toBe('');
  expect(exit).toBe(1);
  expect(stdout).toMatch(/^7 running pods under policy default, revision [0-9a-f]+\n/);
  expect(stdout).toContain('kubectl -n shop rollout restart deployment/web');
  const json = JSON.parse((await live('-o', 'json')).stdout) as Report;
  const told = await report();
  expect({ pods: json.pods, findings: json.findings }).toEqual({ pods: told?.pods, findings: told?.findings });
  expect(await live('-n', 'quiet')).toMatchObject({
    exit: 0,
    stdout: expect.stringContaining('every pod is as the policy wants it'),
  });
  expect(await live('-n', 'nowhere')).toMatchObject({
    exit: 2,
    stderr: expect.stringContaining('there is no namespace "nowhere"'),
  });
  expect(await live('--user', 'alice')).toMatchObject({
    exit: 2,
    stderr: expect.stringContaining('--user is about logs'),
  });
});

test('whoever looks at a workload sees why its pods get no sidecar, once', async () => {
  const described = async (deploy: string, namespace: string) =>
    (await cluster.controlPlane.kubectl(['describe', 'deployment', deploy, '-n', namespace])).stdout;
  await eventually('the Events are there', async () => (await described('web', 'shop')).includes('SidecarMissing'));
  expect(await described('web', 'shop')).toMatch(
    /Warning +SidecarMissing .*pillion\.io\/scan.*asks for a sidecar and runs without/,
  );
  expect(await described('node-agent', 'shop')).toMatch(/Warning +HostNetwork .*Remove hostNetwork/);
  expect(await described('eager', 'quiet')).toMatch(/Warning +MarkerInClosedNamespace /);
  expect(await described('silent', 'quiet')).not.toContain('pillion.io');
  const events = async () => {
    const { body } = await cluster.api.call('GET', '/apis/events.k8s.io/v1/events');
    return (body.items as { reportingController: string }[]).filter(
      (each) => each.reportingController === 'pillion.io/scan',
    );
  };
  const before = (await events()).length;
  const scans = async () => (await counterOf(pillion.opsPort, 'pillion_scans_total')).get('{result="finished"}') ?? 0;
  const seen = await scans();
  await eventually('it was scanned twice more', async () => (await scans()) >= seen + 2);
  expect(await events()).toHaveLength(before);
});

test('a sidecar that is rendered otherwise today is stale, and one in a namespace that was closed is unwanted', async () => {
  for (const namespace of ['shop', 'closing']) {
    await webhookInForce(cluster.controlPlane, namespace);
    await createPod(namespace, simplePod('injected', { annotations: ASKS }));
  }
  await eventually('both are seen', async () => (await report())?.pods?.injected === 2);
  await cluster.controlPlane.kubectl(['label', 'namespace', 'closing', 'istio-injection-']);
  expect((await told('injected', 'unwanted')).findings).toContainEqual(
    expect.objectContaining({
      namespace: 'closing',
      pod: 'injected',
      state: 'unwanted',
      reason: 'namespace-not-enabled',
    }),
  );
  await create(PROFILES, {
    apiVersion: 'pillion.io/v1alpha1',
    kind: 'SidecarProfile',
    metadata: { name: 'envoy' },
    spec: { kind: 'Envoy', sidecar: { image: 'registry.example/envoy:2' } },
  });
  expect((await told('injected', 'stale')).findings).toContainEqual(
    expect.objectContaining({ namespace: 'shop', pod: 'injected', state: 'stale' }),
  );
});

test('the metrics say the same as the report', async () => {
  const found = await report();
  const metrics = await counterOf(pillion.opsPort, 'pillion_scan_pods');
  for (const [state, count] of Object.entries(found?.pods ?? {}))
    expect([state, metrics.get(`{state="${state}"}`)]).toEqual([state, count]);
});
