import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { pillion as commandLine } from '../unit/cli/command-line.ts';
import { eventually } from './eventually.ts';
import { deleteOwner, INSTALLED, makeOwner, OWN_NAMESPACE, readyz } from './installation.ts';
import { counterOf } from './metrics.ts';
import type { PillionProcess } from './pillion-process.ts';
import { ASKS, simplePod } from './pods.ts';
import { policyFile } from './policy-file.ts';
import { webhookInForce } from './registered.ts';
import { type RegisteredObject, registeredObjects } from './registered-objects.ts';
import { ENABLED, testCluster } from './test-cluster.ts';

const NAMESPACE = 'shop';
const INJECT = 'zz-pillion-inject';
const FINAL = 'pillion-final-state';
const MEMORY = `/api/v1/namespaces/${OWN_NAMESPACE}/configmaps/pillion-registration`;

const cluster = testCluster({ [NAMESPACE]: ENABLED, [OWN_NAMESPACE]: {} });
let owner: string;
let pillion: PillionProcess;

// replicas of one installation register one address
const start = (args: readonly string[] = [], register = 'https://127.0.0.1:PORT') =>
  cluster.launcher.start({ register, args: [...INSTALLED, '--drain-seconds', '0', ...args] });

beforeAll(async () => {
  owner = await makeOwner(cluster.api);
  pillion = await start();
  await webhookInForce(cluster.controlPlane, NAMESPACE);
  await allKept();
});

async function inState(state: string, { opsPort }: PillionProcess = pillion): Promise<string[]> {
  const states = await counterOf(opsPort, 'pillion_registration_objects');
  const labels = [...states.keys()].filter((each) => each.includes(`state="${state}"`));
  return labels.map((each) => /[{,]name="([^"]*)"/.exec(each)?.[1] ?? '');
}

const allKept = () =>
  eventually('everything is kept', async () => {
    const others = [...(await inState('awaited')), ...(await inState('other')), ...(await inState('deleted-by-hand'))];
    return (await inState('kept')).length > 5 && others.length === 0;
  });

async function standing(name: string, resource = ''): Promise<RegisteredObject | undefined> {
  const objects = await registeredObjects(cluster.api);
  return objects.find((object) => object.metadata.name === name && object.path.includes(`${resource}/`));
}

async function remembered(): Promise<Record<string, string>> {
  const { body } = await cluster.api.call('GET', MEMORY);
  return (body as { data?: Record<string, string> }).data ?? {};
}

async function deleteByHand(name: string, resource: string): Promise<void> {
  const object = await standing(name, resource);
  if (object === undefined) throw new Error(`${name} does not stand`);
  await eventually('it is remembered', async () => Object.values(await remembered()).includes(object.metadata.uid));
  await cluster.api.call('DELETE', object.path);
}

const isDeleted = (name: string) =>
  eventually(`${name} counts as deleted by hand`, async () => (await inState('deleted-by-hand')).includes(name));

const restore = (args: readonly string[] = []) =>
  commandLine(['registration', 'restore', '--kubeconfig', cluster.controlPlane.kubeconfig, ...args]);

const createPod = (name: string, more: Parameters<typeof simplePod>[1] = {}) =>
  cluster.api.call('POST', `/api/v1/namespaces/${NAMESPACE}/pods?dryRun=All`, simplePod(name, more));

test('everything that is registered, and the memory of it, belongs to the ClusterRole of the installation', async () => {
  const expected = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    name: 'pillion',
    uid: owner,
  };
  const objects = await registeredObjects(cluster.api);
  const owners = objects.map(({ metadata }) => (metadata as { ownerReferences?: object[] }).ownerReferences);
  expect(owners.length).toBeGreaterThan(5);
  expect(owners).toEqual(owners.map(() => [expected]));
  await eventually('all are remembered', async () => Object.keys(await remembered()).length === objects.length);
  expect(Object.values(await remembered()).sort()).toEqual(objects.map(({ metadata }) => metadata.uid).sort());
  const { body } = await cluster.api.call('GET', MEMORY);
  expect((body as { metadata: { ownerReferences: object[] } }).metadata.ownerReferences).toEqual([expected]);
});

test('a hook that is deleted by hand stays away, also through restarts, while asking pods are still refused', async () => {
  await deleteByHand(INJECT, 'mutatingwebhookconfigurations');
  await isDeleted(INJECT);
  await pillion.process.stop();
  pillion = await start();
  await isDeleted(INJECT);
  expect(await standing(INJECT)).toBeUndefined();
  expect(await readyz(pillion.opsPort)).toBe(
    `ready\nregistration: deleted by hand: ${INJECT}; pillion registration restore brings it back\n`,
  );
  const log = (await readFile(pillion.log, 'utf8')).split('\n').filter((line) => line.includes('break-glass'));
  expect(log.map((line) => JSON.parse(line))).toEqual([
    expect.objectContaining({
      level: 'warn',
      name: INJECT,
      msg: expect.stringContaining('pillion registration restore registers it again'),
    }),
  ]);
  const [asking, silent] = [await createPod('asks', { annotations: ASKS }), await createPod('silent')];
  expect([asking.status, String(asking.body.message)]).toEqual([403, expect.stringContaining(FINAL)]);
  expect(silent.status).toBe(201);
});

test('one command brings it back within a second or two, and says what', async () => {
  const { exit, stdout } = await restore();
  const since = Date.now();
  expect([exit, stdout]).toEqual([
    0,
    `MutatingWebhookConfiguration/${INJECT} is registered again by the running Pillion\n`,
  ]);
  await eventually('it stands', async () => (await standing(INJECT)) !== undefined);
  expect(Date.now() - since).toBeLessThan(5_000);
  await allKept();
  expect(await readyz(pillion.opsPort)).toBe('ready\n');
  expect((await restore()).stdout).toContain('nothing was deleted by hand');
  await webhookInForce(cluster.controlPlane, NAMESPACE);
});

test('the break-glass of the runbook, twice: each time both stay away, asking pods start, and one command ends it', async () => {
  const objects = [
    ['mutatingwebhookconfigurations', INJECT, 'MutatingWebhookConfiguration'],
    ['validatingadmissionpolicybindings', FINAL, 'ValidatingAdmissionPolicyBinding'],
  ] as const;
  for (const round of ['first', 'second']) {
    for (const [resource, name] of objects) await deleteByHand(name, resource);
    for (const [, name] of objects) await isDeleted(name);
    await eventually('a pod that asks starts', async () => {
      const { status } = await createPod(`asks-${round}`, { annotations: ASKS });
      return status === 201;
    });
    for (const [resource, name] of objects) expect(await standing(name, resource)).toBeUndefined();
    expect((await restore()).stdout.split('\n').sort()).toEqual(
      ['', ...objects.map(([, name, kind]) => `${kind}/${name} is registered again by the running Pillion`)].sort(),
    );
    await allKept();
    await webhookInForce(cluster.controlPlane, NAMESPACE);
  }
});

test('restoring another installation than the one that runs is told, and changes nothing', async () => {
  for (const args of [
    ['--own-namespace', NAMESPACE],
    ['--installed-as', 'another'],
  ]) {
    const { exit, stdout, stderr } = await restore(args);
    expect([exit, stdout, stderr]).toEqual([
      4,
      '',
      expect.stringMatching(/there is no ConfigMap \S+-registration, so/),
    ]);
  }
  const { exit, stderr } = await commandLine(['registration', 'restore', '--kubeconfig', '/nowhere/kubeconfig']);
  expect([exit, stderr]).toEqual([4, expect.stringContaining('name another with --kubeconfig')]);
});

test('an object that is deleted while no replica runs stays away too, and comes back when the memory is deleted', async () => {
  await pillion.process.stop();
  await deleteByHand('pillion-warn', 'validatingwebhookconfigurations');
  await deleteByHand(FINAL, 'validatingadmissionpolicybindings');
  pillion = await start();
  await isDeleted('pillion-warn');
  await isDeleted(FINAL);
  expect(await standing('pillion-warn')).toBeUndefined();
  const gone = ['delete', 'configmap', 'pillion-registration', '-n', OWN_NAMESPACE];
  expect(await cluster.controlPlane.kubectl(gone)).toMatchObject({ code: 0 });
  await allKept();
  expect(await standing(FINAL, 'validatingadmissionpolicybindings')).toBeDefined();
  const all = (await registeredObjects(cluster.api)).length;
  await eventually('all are remembered again', async () => Object.keys(await remembered()).length === all);
});

test('what a policy retires is forgotten, and a policy that wants it again has it', async () => {
  const file = join(cluster.controlPlane.folder, 'policy.yaml');
  await writeFile(file, policyFile({ spec: { finalState: 'Off' } }));
  await pillion.process.stop();
  pillion = await start(['--policy', file]);
  await eventually('it is retired', async () => (await standing(FINAL)) === undefined);
  await eventually('and forgotten', async () => !JSON.stringify(await remembered()).includes(FINAL));
  await pillion.process.stop();
  pillion = await start();
  await allKept();
  expect(await standing(FINAL)).toBeDefined();
  expect(await inState('deleted-by-hand')).toEqual([]);
});

test('several replicas agree: what is deleted by hand, and that what a newer policy retires is not', async () => {
  const address = `https://127.0.0.1:${pillion.port}`;
  const second = await start([], address);
  await deleteByHand('pillion-warn', 'validatingwebhookconfigurations');
  for (const replica of [pillion, second])
    await eventually('both tell', async () => (await inState('deleted-by-hand', replica)).includes('pillion-warn'));
  await restore();
  for (const replica of [pillion, second])
    await eventually('it is kept', async () => (await inState('kept', replica)).includes('pillion-warn'));
  const file = join(cluster.controlPlane.folder, 'newer-policy.yaml');
  await writeFile(file, policyFile({ spec: { finalState: 'Off' } }));
  const newer = await start(['--policy', file], address);
  await pillion.process.stop();
  pillion = second;
  await second.process.stop();
  await eventually('the newer one registers', async () => (await standing(FINAL)) === undefined);
  expect(await readFile(second.log, 'utf8')).not.toContain(`"name":"${FINAL}","msg":"was deleted by hand`);
  expect(JSON.stringify(await remembered())).not.toContain(FINAL);
  pillion = await start();
  await newer.process.stop();
  await allKept();
  expect(await inState('deleted-by-hand')).toEqual([]);
});

test('a corrupt memory is told, and everything is registered', async () => {
  await deleteByHand(INJECT, 'mutatingwebhookconfigurations');
  await isDeleted(INJECT);
  const garbage = { data: { [`MutatingWebhookConfiguration.${INJECT}`]: 'garbage' } };
  await cluster.api.call('PATCH', MEMORY, garbage);
  await eventually('it stands again', async () => (await standing(INJECT)) !== undefined);
  await allKept();
  expect(await readFile(pillion.log, 'utf8')).toContain('the memory of what was registered is corrupt');
  await eventually('it is remembered anew', async () => {
    const uid = (await standing(INJECT))?.metadata.uid;
    return uid !== undefined && Object.values(await remembered()).includes(uid);
  });
});

test('uninstalling takes everything away; what is installed anew is registered anew, by the process that runs', async () => {
  await deleteOwner(cluster.api);
  await eventually('nothing of it stands', async () => (await registeredObjects(cluster.api)).length === 0);
  await eventually('nothing is remembered', async () => (await cluster.api.call('GET', MEMORY)).status === 404);
  expect(await inState('deleted-by-hand')).toEqual([]);
  const again = await makeOwner(cluster.api);
  expect(again).not.toBe(owner);
  await allKept();
  const objects = await registeredObjects(cluster.api);
  expect(objects.map(({ metadata }) => JSON.stringify(metadata).includes(again))).toEqual(objects.map(() => true));
});
