import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { renderRegistration } from '../../src/core/registration/registration.ts';
import { type ControlPlane, startControlPlane } from '../controlplane/control-plane.ts';
import { BUILT_IN } from '../core-fixtures/policies.ts';
import { freePort } from '../processes/free-port.ts';
import { type ApiClient, apiClient } from './api-client.ts';
import { ASKS, simplePod } from './pods.ts';

// Nobody answers here, and the hooks refuse what they cannot ask about: so an error names the hook that would be called, or the
// expression that fails.

const NAMESPACES: Readonly<Record<string, Record<string, string>>> = {
  unlabelled: {},
  enabled: { 'istio-injection': 'enabled' },
  'our-revision': { 'istio.io/rev': 'default' },
};

const LABELS = { app: 'web' };
const POD = simplePod('', { labels: LABELS });
const MARKED_POD = simplePod('', { labels: LABELS, annotations: ASKS });

/** Where each kind is served, and the spec of one that starts no pod here. */
const KINDS: Readonly<Record<string, readonly [path: string, apiVersion: string, spec: (template: object) => object]>> =
  {
    Deployment: ['deployments', 'apps/v1', withSelector],
    ReplicaSet: ['replicasets', 'apps/v1', withSelector],
    StatefulSet: ['statefulsets', 'apps/v1', withSelector],
    DaemonSet: ['daemonsets', 'apps/v1', (template) => ({ selector: { matchLabels: LABELS }, template })],
    ReplicationController: ['replicationcontrollers', 'v1', (template) => ({ replicas: 0, template })],
    Job: ['jobs', 'batch/v1', (template) => ({ suspend: true, template: onceOnly(template) })],
    CronJob: [
      'cronjobs',
      'batch/v1',
      (template) => ({
        suspend: true,
        schedule: '0 0 1 1 *',
        jobTemplate: { spec: { template: onceOnly(template) } },
      }),
    ],
  };

function withSelector(template: object): object {
  return { replicas: 0, selector: { matchLabels: LABELS }, template };
}

function onceOnly(template: object): object {
  const { spec } = template as { spec: object };
  return { ...template, spec: { ...spec, restartPolicy: 'Never' } };
}

function pathOf(kind: string, namespace: string): string {
  const [plural, apiVersion] = KINDS[kind] ?? [`${kind.toLowerCase()}s`, 'v1'];
  return `/${apiVersion === 'v1' ? 'api' : 'apis'}/${apiVersion}/namespaces/${namespace}/${plural}`;
}

function workload(kind: string, name: string, template: object, metadata: object = {}): object {
  const [, apiVersion, spec] = KINDS[kind] ?? ['', '', () => ({})];
  return { apiVersion, kind, metadata: { name, ...metadata }, spec: spec(template) };
}

const TRAFFIC = 'pillion.io/traffic';
const VALUES = { [TRAFFIC]: 'service: {name: standing, port: 80}' };

function service(name: string, annotations: object, spec: object = {}): object {
  const ports = [{ port: 80, targetPort: 8080 }];
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, annotations },
    spec: { selector: LABELS, ports, ...spec },
  };
}

const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'gone', uid: 'b1a6e6ac-6b0f-4a52-8f0c-6d6d7f3f1d0e' };
const OWNED = { ownerReferences: [{ ...owner, controller: true }] };
const imageChange = {
  spec: { template: { spec: { containers: [{ name: 'app', image: 'registry.example/app:2' }] } } },
};

let controlPlane: ControlPlane;
let api: ApiClient;

beforeAll(async () => {
  controlPlane = await startControlPlane();
  api = apiClient(controlPlane);
  for (const [name, labels] of Object.entries(NAMESPACES)) await controlPlane.createNamespace(name, labels);
  await controlPlane.waitForServiceAccount('kube-public');
  const standing: readonly (readonly [string, string, object])[] = [
    ['enabled', 'Deployment', workload('Deployment', 'standing', POD)],
    ['enabled', 'CronJob', workload('CronJob', 'standing', POD)],
    ['enabled', 'Pod', simplePod('standing')],
    ['unlabelled', 'Deployment', workload('Deployment', 'standing', MARKED_POD)],
    ['unlabelled', 'Pod', simplePod('standing')],
    ['kube-public', 'Pod', simplePod('standing')],
    ['unlabelled', 'Service', service('standing', VALUES)],
    ['unlabelled', 'Service', service('silent', {})],
  ];
  for (const [namespace, kind, object] of standing)
    expect((await api.call('POST', pathOf(kind, namespace), object)).status).toBe(201);

  const url = `https://127.0.0.1:${await freePort()}`;
  const configurations = renderRegistration(BUILT_IN, { url }, 'certificate').flatMap((object) =>
    'webhooks' in object && /workloads|namespaces|services/.test(object.metadata.name)
      ? [{ ...object, webhooks: object.webhooks.map((hook) => ({ ...hook, failurePolicy: 'Fail' })) }]
      : [],
  );
  const items = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: configurations });
  expect(await controlPlane.kubectl(['apply', '-f', '-'], items)).toMatchObject({ code: 0 });
  const deadline = Date.now() + 90_000;
  while ((await hookFor('POST', pathOf('Job', 'enabled'), workload('Job', 'new', POD))) === 'none')
    if (Date.now() > deadline) throw new Error('the hooks are not in force after 90 s');
});

afterAll(async () => {
  api?.close();
  await controlPlane?.stop();
});

/** The hook that a request needs; none when it passes without one. */
async function hookFor(method: 'POST' | 'PATCH', path: string, body: object): Promise<string> {
  const { status, body: answer } = await api.call(method, `${path}?dryRun=All`, body);
  if (status < 300) return 'none';
  const text = String(answer.message);
  return /failed calling webhook "([a-z.-]+)\.pillion\.io"/.exec(text)?.[1] ?? text;
}

/** The last of a row is the object, or how it differs. */
type Row = readonly [what: string, namespace: string, hook: string, kind: string, change: object];

const created = (kind: string, template: object, metadata?: object) =>
  [kind, workload(kind, 'new', template, metadata)] as const;

const CREATIONS: readonly Row[] = [
  ...Object.keys(KINDS).map((kind): Row => {
    const hook = kind === 'CronJob' ? 'cronjobs.workloads' : 'workloads';
    return [kind, 'enabled', hook, ...created(kind, POD)];
  }),
  ['silent Deployment', 'unlabelled', 'none', ...created('Deployment', POD)],
  ['Deployment of marked pods', 'unlabelled', 'marked.workloads', ...created('Deployment', MARKED_POD)],
  ['marked Deployment', 'unlabelled', 'marked.workloads', ...created('Deployment', POD, { annotations: ASKS })],
  ['CronJob of marked pods', 'unlabelled', 'marked.cronjobs.workloads', ...created('CronJob', MARKED_POD)],
  ['silent Deployment', 'our-revision', 'revision.workloads', ...created('Deployment', POD)],
  ['Deployment of marked pods', 'our-revision', 'marked.workloads', ...created('Deployment', MARKED_POD)],
  ['Deployment of marked pods', 'kube-public', 'none', ...created('Deployment', MARKED_POD)],
  ['ReplicaSet of a Deployment', 'enabled', 'workloads', ...created('ReplicaSet', POD, OWNED)],
  ['bare pod', 'enabled', 'none', 'Pod', simplePod('new', { annotations: ASKS })],
];

test.each(CREATIONS)('a new %s in the namespace %s: %s', async (_, namespace, hook, kind, object) => {
  expect(await hookFor('POST', pathOf(kind, namespace), object)).toBe(hook);
});

const UPDATES: readonly Row[] = [
  ['scaled', 'enabled', 'none', 'Deployment', { spec: { replicas: 1 } }],
  ['given another image', 'enabled', 'workloads', 'Deployment', imageChange],
  ['marked', 'enabled', 'workloads', 'Deployment', { metadata: { annotations: ASKS } }],
  ['given another image under a controller', 'enabled', 'workloads', 'Deployment', { metadata: OWNED, ...imageChange }],
  ['marked itself under a controller', 'enabled', 'none', 'Deployment', { metadata: { ...OWNED, annotations: ASKS } }],
  [
    ...(['no longer marked', 'unlabelled', 'marked.workloads', 'Deployment'] as const),
    { spec: { template: { metadata: { annotations: null } } } },
  ],
  ['scheduled anew', 'enabled', 'none', 'CronJob', { spec: { schedule: '0 0 2 1 *' } }],
  ['given another image', 'enabled', 'cronjobs.workloads', 'CronJob', { spec: { jobTemplate: imageChange } }],
  ['marked', 'enabled', 'running-pods.workloads', 'Pod', { metadata: { annotations: ASKS } }],
  ['marked by a label', 'unlabelled', 'running-pods.workloads', 'Pod', { metadata: { labels: ASKS } }],
  ['marked', 'kube-public', 'none', 'Pod', { metadata: { labels: ASKS } }],
  ['labelled otherwise', 'enabled', 'none', 'Pod', { metadata: { labels: { team: 'shop' } } }],
];

test.each(UPDATES)('what is %s in the namespace %s: %s, for a %s', async (_, namespace, hook, kind, patch) => {
  expect(await hookFor('PATCH', `${pathOf(kind, namespace)}/standing`, patch)).toBe(hook);
});

test.each([
  ['Deployment', 'scale', { spec: { replicas: 1 } }],
  ['Deployment', 'status', { status: { replicas: 1 } }],
  ['Pod', 'status', { status: { phase: 'Running' } }],
] as const)('%s/%s is written without a call', async (kind, subresource, patch) => {
  expect(await hookFor('PATCH', `${pathOf(kind, 'enabled')}/standing/${subresource}`, patch)).toBe('none');
});

const newNamespace = (metadata: object) => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: 'new', ...metadata },
});

test.each([
  ['new', 'none', 'POST', '', newNamespace({})],
  ['new and enabled', 'namespaces', 'POST', '', newNamespace({ labels: { 'istio-injection': 'enabled' } })],
  ['new and stamped', 'namespaces', 'POST', '', newNamespace({ annotations: { 'pillion.io/enabled-by': 'alice' } })],
  ['labelled otherwise', 'none', 'PATCH', '/unlabelled', { metadata: { labels: { team: 'shop' } } }],
  ['given a revision', 'namespaces', 'PATCH', '/unlabelled', { metadata: { labels: { 'istio.io/rev': 'default' } } }],
  ['no longer enabled', 'namespaces', 'PATCH', '/enabled', { metadata: { labels: { 'istio-injection': null } } }],
  ['protected', 'namespaces', 'PATCH', '/kube-public', { metadata: { labels: { 'istio-injection': 'enabled' } } }],
] as const)('a namespace that is %s: %s', async (_, hook, method, path, body) => {
  expect(await hookFor(method, `/api/v1/namespaces${path}`, body)).toBe(hook);
});

test.each<Row>([
  ['says nothing', 'enabled', 'none', 'Service', service('new', {})],
  ['says something', 'enabled', 'services', 'Service', service('new', VALUES)],
  [
    'is headless and says something',
    'unlabelled',
    'services',
    'Service',
    service('new', VALUES, { clusterIP: 'None' }),
  ],
  ['says something', 'kube-public', 'services', 'Service', service('new', VALUES)],
])('a new Service that %s in the namespace %s: %s', async (_, namespace, hook, kind, object) => {
  expect(await hookFor('POST', pathOf(kind, namespace), object)).toBe(hook);
});

const ports = (port: object) => ({ spec: { ports: [{ port: 80, targetPort: 8080, ...port }] } });

test.each([
  ['says something else', 'standing', 'services', { metadata: { annotations: { [TRAFFIC]: 'service: {' } } }],
  ['says nothing any more', 'standing', 'services', { metadata: { annotations: { [TRAFFIC]: null } } }],
  ['says the same again', 'standing', 'none', { metadata: { annotations: VALUES } }],
  [
    'is annotated and labelled otherwise',
    'standing',
    'none',
    { metadata: { annotations: { a: 'b' }, labels: LABELS } },
  ],
  ['gets another port', 'standing', 'services', ports({ port: 81 })],
  ['leads to another port', 'standing', 'services', ports({ targetPort: 'http' })],
  ['keeps its ports', 'standing', 'none', ports({})],
  ['selects other pods', 'standing', 'services', { spec: { selector: { app: 'other' } } }],
  ['selects none', 'standing', 'services', { spec: { selector: null } }],
  ['becomes another type', 'standing', 'services', { spec: { type: 'NodePort' } }],
  ['keeps clients at their pod', 'standing', 'none', { spec: { sessionAffinity: 'ClientIP' } }],
  ['stays on its node', 'standing', 'none', { spec: { internalTrafficPolicy: 'Local' } }],
  ['says nothing and gets another port', 'silent', 'none', ports({ port: 81 })],
  ['begins to say something', 'silent', 'services', { metadata: { annotations: VALUES } }],
] as const)('a Service that %s (%s): %s', async (_, name, hook, patch) => {
  expect(await hookFor('PATCH', `${pathOf('Service', 'unlabelled')}/${name}`, patch)).toBe(hook);
});

test('the status of a Service is written without a call', async () => {
  const path = `${pathOf('Service', 'unlabelled')}/standing/status`;
  expect(await hookFor('PATCH', path, { status: { loadBalancer: {} } })).toBe('none');
});
