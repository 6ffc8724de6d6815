import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import type { Examined } from '../../src/core/doctor/finding.ts';
import { freePort } from '../processes/free-port.ts';
import { pillion as commandLine } from '../unit/cli/command-line.ts';
import { eventually } from './eventually.ts';
import { INSTALLED, makeOwner, OWN_NAMESPACE } from './installation.ts';
import type { PillionProcess } from './pillion-process.ts';
import { ASKS, simplePod } from './pods.ts';
import { webhookInForce } from './registered.ts';
import { registeredObjects } from './registered-objects.ts';
import { ENABLED, testCluster } from './test-cluster.ts';

const NAMESPACE = 'shop';
const OWN = `/api/v1/namespaces/${OWN_NAMESPACE}`;
const DEPLOYMENTS = `/apis/apps/v1/namespaces/${OWN_NAMESPACE}/deployments`;
const CONFIGURATIONS = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations';

const cluster = testCluster({ [NAMESPACE]: ENABLED, quiet: {}, [OWN_NAMESPACE]: {} });
let pillion: PillionProcess;

interface Examination {
  readonly exit: number;
  readonly grade: string;
  readonly checks: readonly Examined[];
}

async function doctor(options: { readonly now?: Date; readonly args?: readonly string[] } = {}): Promise<Examination> {
  const { now = new Date(), args = ['--kubeconfig', cluster.controlPlane.kubeconfig] } = options;
  const { exit, stdout, stderr } = await commandLine(['doctor', '-o', 'json', ...args], { now });
  if (stdout === '') throw new Error(stderr);
  return { exit, ...JSON.parse(stdout) };
}

/** What is not fine. */
const found = ({ checks }: Examination) => checks.filter(({ grade }) => grade !== 'ok');

async function create(path: string, object: object): Promise<void> {
  const { status, body } = await cluster.api.call('POST', path, object);
  if (status !== 201) throw new Error(`${path} is refused: ${JSON.stringify(body)}`);
}

/** A Deployment whose pods nobody runs: their readiness is written by the test. */
async function makeDeployment(): Promise<void> {
  const labels = { app: 'pillion' };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'pillion', image: 'pillion:0.1.0' }] } };
  await create(DEPLOYMENTS, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'pillion' },
    spec: { replicas: 2, selector: { matchLabels: labels }, template },
  });
  await eventually('there are two pods', async () => (await replicas()).length === 2);
  for (const name of await replicas()) await ready(name, 'True');
  await eventually('two are ready', async () => {
    const { body } = await cluster.api.call('GET', `${DEPLOYMENTS}/pillion`);
    return (body.status as { readyReplicas?: number }).readyReplicas === 2;
  });
}

async function replicas(): Promise<string[]> {
  const { body } = await cluster.api.call('GET', `${OWN}/pods?labelSelector=app%3Dpillion`);
  return (body.items as { metadata: { name: string } }[]).map(({ metadata }) => metadata.name);
}

const ready = (name: string, status: 'True' | 'False') =>
  cluster.api.call('PATCH', `${OWN}/pods/${name}/status`, {
    status: { phase: 'Running', conditions: [{ type: 'Ready', status }] },
  });

beforeAll(async () => {
  await makeOwner(cluster.api);
  await makeDeployment();
  pillion = await cluster.launcher.start({
    register: 'https://127.0.0.1:PORT',
    selfSigned: true,
    args: [...INSTALLED, '--drain-seconds', '0'],
  });
  await webhookInForce(cluster.controlPlane, NAMESPACE);
  await eventually('there is nothing to find', async () => found(await doctor()).length === 0);
}, 120_000);

test('of a healthy installation every check is fine, and says what it saw', async () => {
  const { exit, grade, checks } = await doctor();
  expect([exit, grade]).toEqual([0, 'ok']);
  const said = Object.fromEntries(checks.map(({ check, says }) => [check, says]));
  expect(said).toEqual({
    kubernetes: expect.stringMatching(/^the API server is Kubernetes v1\.\d+/),
    replicas: '2 of 2 replicas are ready; they run pillion:0.1.0',
    policy: expect.stringMatching(/^policy default, revision [0-9a-f]+$/),
    registered: expect.stringMatching(/^all \d+ objects stand as policy default renders them$/),
    trust: expect.stringMatching(/^the caBundle of all \d+ hooks is valid and trusts pillion-authority$/),
    certificates: expect.stringMatching(/^the authority of Secret pillion-authority lasts 36[345] more days$/),
    registrar: expect.stringMatching(/registers$/),
    'other injectors': 'no other injector selects the pods of Pillion',
    namespaces: expect.stringMatching(/^1 of \d+ namespaces opted in$/),
    'dry-run pod': expect.stringMatching(/^a pod that asks in shop gets its sidecar, by policy default, revision/),
    'pods without sidecar': 'every pod that asked has its sidecar',
  });
}, 30_000);

test('for people each problem is followed by the command to run next', async () => {
  const args = ['--kubeconfig', cluster.controlPlane.kubeconfig, '--installed-as', 'another'];
  const { exit, stdout } = await commandLine(['doctor', ...args], { now: new Date() });
  expect(exit).toBe(1);
  expect(stdout).toMatch(
    /^problem replicas +there is no Deployment pillion-system\/another; .*\n +kubectl get deployments/m,
  );
}, 30_000);

interface Ailment {
  readonly name: string;
  readonly begin: () => Promise<unknown>;
  readonly end: () => Promise<unknown>;
  readonly finding: Partial<Record<keyof Examined, unknown>>;
  readonly now?: Date;
}

const label = (namespace: string, labels: object) =>
  cluster.api.call('PATCH', `/api/v1/namespaces/${namespace}`, { metadata: { labels } });
const nothing = async () => {};

const AILMENTS: readonly Ailment[] = [
  {
    name: 'a hook is deleted by hand',
    begin: () => cluster.api.call('DELETE', `${CONFIGURATIONS}/zz-pillion-inject`),
    end: () => commandLine(['registration', 'restore', '--kubeconfig', cluster.controlPlane.kubeconfig]),
    finding: {
      check: 'registered',
      grade: 'problem',
      says: 'deleted by hand, so what it does is off: MutatingWebhookConfiguration/zz-pillion-inject',
      next: 'pillion registration restore',
    },
  },
  {
    name: 'a replica is not ready',
    begin: async () => ready((await replicas())[0] ?? '', 'False'),
    end: async () => ready((await replicas())[0] ?? '', 'True'),
    finding: { check: 'replicas', grade: 'warning', says: expect.stringContaining('1 of 2 replicas are ready') },
  },
  {
    name: 'the policy is refused',
    begin: () =>
      create(`${OWN}/configmaps`, { metadata: { name: 'pillion-policy' }, data: { 'policy.yaml': 'kind: Nonsense' } }),
    end: () => cluster.api.call('DELETE', `${OWN}/configmaps/pillion-policy`),
    finding: {
      check: 'policy',
      grade: 'problem',
      says: expect.stringContaining('the policy is refused'),
      next: 'kubectl -n pillion-system edit configmap pillion-policy',
    },
  },
  {
    name: 'Istio’s injector selects the same namespaces',
    begin: () =>
      create(CONFIGURATIONS, {
        metadata: { name: 'istio-sidecar-injector' },
        webhooks: [
          {
            name: 'namespace.sidecar-injector.istio.io',
            clientConfig: { url: 'https://127.0.0.1:1/inject' },
            namespaceSelector: { matchLabels: ENABLED },
            failurePolicy: 'Ignore',
            sideEffects: 'None',
            admissionReviewVersions: ['v1'],
          },
        ],
      }),
    end: () => cluster.api.call('DELETE', `${CONFIGURATIONS}/istio-sidecar-injector`),
    finding: {
      check: 'other injectors',
      grade: 'problem',
      says: expect.stringContaining('istio-sidecar-injector (namespace.sidecar-injector.istio.io)'),
    },
  },
  {
    name: 'a protected namespace opts in',
    begin: () => label('kube-public', ENABLED),
    end: () => label('kube-public', { 'istio-injection': null }),
    finding: {
      check: 'namespaces',
      grade: 'warning',
      says: 'opted in, and protected, so never injected: kube-public',
      next: 'kubectl label namespace kube-public istio-injection-',
    },
  },
  {
    name: 'the label of a namespace is misspelt',
    begin: () => label('quiet', { 'istio-injection': 'enalbed' }),
    end: () => label('quiet', { 'istio-injection': null }),
    finding: {
      check: 'namespaces',
      grade: 'warning',
      next: 'kubectl label namespace quiet istio-injection=enabled --overwrite',
    },
  },
  {
    name: 'a pod that asks is older than the opt-in of its namespace',
    begin: async () => {
      await create('/api/v1/namespaces/quiet/pods', simplePod('early', { annotations: ASKS }));
      const hidden = simplePod('on-host', { annotations: ASKS, spec: { hostNetwork: true } });
      await create('/api/v1/namespaces/quiet/pods', hidden);
      await label('quiet', ENABLED);
    },
    end: async () => {
      await cluster.api.call('DELETE', '/api/v1/namespaces/quiet/pods/early', { gracePeriodSeconds: 0 });
      await label('quiet', { 'istio-injection': null });
    },
    finding: {
      check: 'pods without sidecar',
      grade: 'warning',
      says: '1 pods asked and run without a sidecar: quiet/early; their controllers make new ones',
      next: 'kubectl -n quiet delete pod early',
    },
  },
  {
    name: 'the authority is about to end',
    begin: nothing,
    end: nothing,
    now: new Date(Date.now() + 350 * 86_400_000),
    finding: { check: 'certificates', grade: 'warning', says: expect.stringContaining('should have been renewed') },
  },
  {
    name: 'everything has expired',
    begin: nothing,
    end: nothing,
    now: new Date(Date.now() + 400 * 86_400_000),
    finding: { check: 'trust', grade: 'problem', says: expect.stringContaining('has expired') },
  },
];

test.each(AILMENTS)(
  '$name: that is found, and gone when it is mended',
  async ({ begin, end, finding, now }) => {
    await begin();
    await eventually('it is found', async () =>
      found(await doctor({ ...(now && { now }) })).some((each) => JSON.stringify(each).includes(String(finding.check))),
    );
    const examination = await doctor({ ...(now && { now }) });
    expect(found(examination)).toContainEqual(expect.objectContaining(finding));
    expect(examination.exit).toBe(examination.grade === 'problem' ? 1 : 0);
    if (finding.grade === 'problem') expect(examination.exit).toBe(1);
    await end();
    await eventually('it is mended', async () => found(await doctor()).length === 0);
  },
  60_000,
);

test('a right that is missing is told, and the other checks look', async () => {
  const { stdout: token } = await cluster.controlPlane.kubectl(['create', 'token', 'default', '-n', NAMESPACE]);
  const file = join(cluster.controlPlane.folder, 'without-rights.json');
  await writeFile(file, kubeconfig(cluster.controlPlane.url, cluster.controlPlane.ca, token.trim()));
  const { checks } = await doctor({ args: ['--kubeconfig', file] });
  expect(checks.find(({ check }) => check === 'kubernetes')).toMatchObject({ grade: 'ok' });
  expect(checks.find(({ check }) => check === 'replicas')).toMatchObject({
    grade: 'warning',
    says: expect.stringMatching(/^cannot look: .*cannot get resource "deployments"/),
  });
}, 30_000);

test('a cluster that cannot be reached ends it with its own exit code', async () => {
  const file = join(cluster.controlPlane.folder, 'unreachable.json');
  await writeFile(file, kubeconfig(`https://127.0.0.1:${await freePort()}`, cluster.controlPlane.ca, 'nobody'));
  const { exit, stdout, stderr } = await commandLine(['doctor', '--kubeconfig', file]);
  expect([exit, stdout, stderr]).toEqual([4, '', expect.stringContaining('cannot reach the API server')]);
});

test('without a running replica: nobody registers, and a pod that asks is refused', async () => {
  await pillion.process.stop();
  const inject = (await registeredObjects(cluster.api)).find(({ metadata }) => metadata.name === 'zz-pillion-inject');
  const webhooks = inject?.webhooks?.map((hook) => ({ ...hook, clientConfig: { ...hook.clientConfig, caBundle: '' } }));
  await cluster.api.call('PATCH', inject?.path ?? '', { webhooks });
  const examination = await doctor();
  expect(examination.exit).toBe(1);
  expect(found(examination)).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ check: 'registrar', says: 'no replica registers: nobody holds the Lease' }),
      expect.objectContaining({ check: 'dry-run pod', says: expect.stringContaining('a pod that asks is refused') }),
      expect.objectContaining({ check: 'trust', says: expect.stringMatching(/zz-pillion-inject.* is empty/) }),
    ]),
  );
}, 60_000);

const kubeconfig = (server: string, ca: string, token: string): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'here',
    contexts: [{ name: 'here', context: { cluster: 'here', user: 'one' } }],
    clusters: [{ name: 'here', cluster: { server, 'certificate-authority-data': Buffer.from(ca).toString('base64') } }],
    users: [{ name: 'one', user: { token } }],
  });
