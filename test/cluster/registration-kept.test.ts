import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, test } from '@jest/globals';
import { annotationsOf, type Pod } from '../../src/core/kubernetes/pod.ts';
import { ANNOTATIONS } from '../../src/core/sidecar/names.ts';
import { until } from '../https/until.ts';
import { counterOf } from './metrics.ts';
import { ownKinds, POLICIES } from './own-kinds.ts';
import type { PillionProcess } from './pillion-process.ts';
import { ASKS, simplePod } from './pods.ts';
import { policyFile } from './policy-file.ts';
import { webhookInForce } from './registered.ts';
import { contentOf, type RegisteredObject, registeredObjects, type Webhook } from './registered-objects.ts';
import { ENABLED, testCluster } from './test-cluster.ts';

const NAMESPACE = 'shop';
const INJECT = 'zz-pillion-inject';
const WARN = 'pillion-warn';
const NAMESPACES = 'zz-pillion-namespaces';

let pillion: PillionProcess;

const cluster = testCluster({ [NAMESPACE]: ENABLED });

beforeAll(async () => {
  pillion = await cluster.launcher.start({ register: 'https://127.0.0.1:PORT' });
  await webhookInForce(cluster.controlPlane, NAMESPACE);
  await until(async () => (await inState('awaited')).length === 0);
});

/** The names of the objects that a process sees in this state. */
async function inState(state: string, { opsPort }: PillionProcess = pillion): Promise<string[]> {
  const states = await counterOf(opsPort, 'pillion_registration_objects');
  return [...states.keys()].filter((labels) => labels.includes(`state="${state}"`)).map((labels) => nameIn(labels));
}

async function repairsOf(resource: string, name: string): Promise<number> {
  const repairs = await counterOf(pillion.opsPort, 'pillion_registration_repairs_total');
  return repairs.get(`{resource="${resource}",name="${name}"}`) ?? 0;
}

const nameIn = (labels: string): string => /[{,]name="([^"]*)"/.exec(labels)?.[1] ?? '';

async function logged(process: PillionProcess, text: string): Promise<{ level: string; name?: string }[]> {
  const lines = (await readFile(process.log, 'utf8')).split('\n');
  return lines.filter((line) => line.includes(text)).map((line) => JSON.parse(line));
}

async function standing(name: string, resource = ''): Promise<RegisteredObject | undefined> {
  const objects = await registeredObjects(cluster.api);
  return objects.find((object) => object.metadata.name === name && object.path.includes(`${resource}/`));
}

async function edit(path: string, patch: object): Promise<void> {
  const { status, body } = await cluster.api.call('PATCH', path, patch);
  if (status !== 200) throw new Error(`the edit was refused: ${JSON.stringify(body)}`);
}

const hooks = (change: (webhooks: readonly Webhook[]) => readonly Webhook[]) => (object: RegisteredObject) => ({
  webhooks: change(object.webhooks ?? []),
});
const eachHook = (change: (webhook: Webhook) => object) =>
  hooks((webhooks) => webhooks.map((webhook) => ({ ...webhook, ...change(webhook) })));
const condition = { name: 'never', expression: 'false' };

// few changes of one object: a repair soon after a repair waits
test.each<[string, string, string, (object: RegisteredObject) => object]>([
  [
    'the authority of the webhook is wiped',
    'mutatingwebhookconfigurations',
    INJECT,
    eachHook(({ clientConfig }) => ({ clientConfig: { ...clientConfig, caBundle: '' } })),
  ],
  ['a hook is removed', 'mutatingwebhookconfigurations', INJECT, hooks((webhooks) => webhooks.slice(1))],
  [
    'a condition is edited',
    'mutatingwebhookconfigurations',
    INJECT,
    eachHook(({ matchConditions = [] }) => ({
      matchConditions: matchConditions.map(({ name }) => ({ name, expression: 'false' })),
    })),
  ],
  [
    'a condition is added',
    'validatingwebhookconfigurations',
    WARN,
    eachHook(({ matchConditions = [] }) => ({ matchConditions: [...matchConditions, condition] })),
  ],
  [
    'a selector is added that nothing matches',
    'validatingwebhookconfigurations',
    WARN,
    eachHook(() => ({ objectSelector: { matchLabels: { nobody: 'has-this' } } })),
  ],
  [
    'the rules are edited',
    'validatingwebhookconfigurations',
    'pillion-workloads',
    eachHook(() => ({
      rules: [{ apiGroups: ['apps'], apiVersions: ['v1'], operations: ['DELETE'], resources: ['deployments'] }],
    })),
  ],
  [
    'our label is removed',
    'validatingwebhookconfigurations',
    'pillion-workloads',
    () => ({ metadata: { labels: { 'app.kubernetes.io/managed-by': null } } }),
  ],
  [
    'the digest is removed',
    'validatingadmissionpolicies',
    'pillion-final-state',
    () => ({ metadata: { annotations: { 'pillion.io/registration-digest': null } } }),
  ],
  [
    'an in-tree policy is emptied',
    'validatingadmissionpolicies',
    'pillion-final-state',
    () => ({ spec: { matchConditions: [condition] } }),
  ],
  [
    'a binding is weakened',
    'validatingadmissionpolicybindings',
    'pillion-final-state',
    () => ({ spec: { validationActions: ['Audit'] } }),
  ],
])('when %s, it is put back at once', async (_name, resource, name, change) => {
  const before = await standing(name, resource);
  if (before === undefined) throw new Error(`${resource}/${name} is not registered`);
  const repairs = await repairsOf(resource, name);
  await edit(before.path, change(before));
  await until(async () => (await repairsOf(resource, name)) > repairs);
  const after = await standing(name, resource);
  expect(after && contentOf(after)).toEqual(contentOf(before));
  expect(after?.metadata.uid).toBe(before.metadata.uid);
  expect(await repairsOf(resource, name)).toBe(repairs + 1);
});

test('who changed an object is in the log', async () => {
  const selector = { op: 'add', path: '/webhooks/0/objectSelector', value: { matchLabels: { nobody: 'has-this' } } };
  const patch = ['patch', 'mutatingwebhookconfiguration', NAMESPACES, '--type=json', '-p', JSON.stringify([selector])];
  expect(await cluster.controlPlane.kubectl(patch)).toMatchObject({ code: 0 });
  await until(async () => (await repairsOf('mutatingwebhookconfigurations', NAMESPACES)) === 1);
  expect((await logged(pillion, 'is put back')).filter(({ name }) => name === NAMESPACES)).toEqual([
    expect.objectContaining({ level: 'warn', changedBy: 'kubectl-patch' }),
  ]);
});

test('an object that is deleted is not put back, metric and log tell, and the others are kept', async () => {
  const warn = await standing(WARN);
  const inert = await standing('pillion-inert-opt-in', 'validatingadmissionpolicies');
  if (warn === undefined || inert === undefined) throw new Error('not registered');
  await cluster.api.call('DELETE', warn.path);
  await until(async () => (await inState('deleted-by-hand')).includes(WARN));
  await edit(inert.path, { spec: { matchConditions: [condition] } });
  await until(async () => (await repairsOf('validatingadmissionpolicies', inert.metadata.name)) === 1);
  expect(await standing(WARN)).toBeUndefined();
  expect(await inState('deleted-by-hand')).toEqual([WARN]);
  expect(await logged(pillion, 'break-glass')).toEqual([expect.objectContaining({ level: 'warn', name: WARN })]);
});

test('a process that is started again puts it back, and the one that runs keeps it again', async () => {
  const again = await cluster.launcher.start({ register: `https://127.0.0.1:${pillion.port}` });
  await until(async () => (await inState('deleted-by-hand')).length === 0);
  await until(async () => (await inState('kept', again)).includes(WARN));
  const repairs = await repairsOf('validatingwebhookconfigurations', WARN);
  const before = await standing(WARN);
  await again.process.stop();
  await edit(before?.path ?? '', { webhooks: [] });
  await until(async () => (await repairsOf('validatingwebhookconfigurations', WARN)) > repairs);
  await until(async () => ((await standing(WARN))?.webhooks ?? []).length === before?.webhooks?.length);
});

test('two processes with different policies do not fight: the newer registration stands', async () => {
  const file = join(cluster.controlPlane.folder, 'newer-policy.yaml');
  await writeFile(file, policyFile({ optIn: { autoInject: 'enabled' }, spec: { finalState: 'Off' } }));
  const newer = await cluster.launcher.start({ register: 'https://127.0.0.1:PORT', args: ['--policy', file] });
  await until(async () => (await inState('other')).includes(INJECT));
  await until(async () => (await standing('pillion-final-state')) === undefined);
  await until(async () => (await inState('awaited', newer)).length === 0);
  const versions = async () =>
    new Map((await registeredObjects(cluster.api)).map(({ path, metadata }) => [path, metadata.resourceVersion]));
  const before = await versions();
  await sleep(5_000);
  expect(await versions()).toEqual(before);
  // an edit of what the newer one owns: it alone repairs
  const repairs = await repairsOf('mutatingwebhookconfigurations', INJECT);
  const inject = await standing(INJECT);
  await edit(inject?.path ?? '', { webhooks: [] });
  await until(async () => ((await standing(INJECT))?.webhooks ?? []).length === inject?.webhooks?.length);
  expect(await standing(INJECT).then((object) => object && contentOf(object))).toEqual(inject && contentOf(inject));
  expect(await repairsOf('mutatingwebhookconfigurations', INJECT)).toBe(repairs);
  expect(await logged(pillion, 'another Pillion')).toContainEqual(
    expect.objectContaining({ level: 'info', name: INJECT }),
  );
  await newer.process.stop();
});

test('what runs without our resource definitions, as until here, also runs beside them', async () => {
  await ownKinds(cluster.api);
  const object = {
    apiVersion: 'pillion.io/v1alpha1',
    kind: 'InjectionPolicy',
    metadata: { name: 'default' },
    spec: {},
  };
  expect(await cluster.api.call('POST', POLICIES, object)).toMatchObject({ status: 201 });
  const beside = await cluster.launcher.start({ register: 'https://127.0.0.1:PORT' });
  await until(async () => (await inState('awaited', beside)).length === 0);
  await webhookInForce(cluster.controlPlane, NAMESPACE);
  const pods = `/api/v1/namespaces/${NAMESPACE}/pods`;
  const { status, body } = await cluster.api.call('POST', pods, simplePod('beside', { annotations: ASKS }));
  expect([status, annotationsOf(body as Pod)]).toEqual([
    201,
    expect.objectContaining({ [ANNOTATIONS.status]: expect.anything() }),
  ]);
});
