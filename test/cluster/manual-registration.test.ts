import { readFile } from 'node:fs/promises';
import { beforeAll, expect, test } from '@jest/globals';
import { pillion as commandLine } from '../unit/cli/command-line.ts';
import { eventually } from './eventually.ts';
import { INSTALLED, makeOwner, OWN_NAMESPACE, readyz } from './installation.ts';
import { counterOf } from './metrics.ts';
import type { PillionProcess } from './pillion-process.ts';
import { webhookInForce } from './registered.ts';
import { type RegisteredObject, registeredObjects } from './registered-objects.ts';
import { ENABLED, testCluster } from './test-cluster.ts';

const NAMESPACE = 'shop';
const INJECT = 'zz-pillion-inject';
const FINAL = 'pillion-final-state';
const WARN = 'pillion-warn';

const cluster = testCluster({ [NAMESPACE]: ENABLED, [OWN_NAMESPACE]: {} });
let pillion: PillionProcess;
let rendered: string;

beforeAll(async () => {
  await makeOwner(cluster.api);
  pillion = await cluster.launcher.start({
    register: 'https://127.0.0.1:PORT',
    args: [...INSTALLED, '--registration', 'Manual', '--drain-seconds', '0'],
  });
  const url = `https://127.0.0.1:${pillion.port}`;
  const { stdout } = await commandLine(['registration', 'render', '-o', 'json', '--webhook-url', url]);
  rendered = stdout;
});

async function inState(state: string): Promise<string[]> {
  const states = await counterOf(pillion.opsPort, 'pillion_registration_objects');
  const labels = [...states.keys()].filter((each) => each.includes(`state="${state}"`));
  return [...new Set(labels.map((each) => /[{,]name="([^"]*)"/.exec(each)?.[1] ?? ''))].sort();
}

async function standing(name: string, resource = ''): Promise<RegisteredObject> {
  const objects = await registeredObjects(cluster.api);
  const found = objects.find((object) => object.metadata.name === name && object.path.includes(`${resource}/`));
  if (found === undefined) throw new Error(`${name} does not stand`);
  return found;
}

const kubectlApply = (...flags: string[]) => cluster.controlPlane.kubectl(['apply', ...flags, '-f', '-'], rendered);

const bundles = async () =>
  (await registeredObjects(cluster.api)).flatMap(({ webhooks = [] }) =>
    webhooks.map(({ clientConfig }) => Buffer.from(String(clientConfig.caBundle ?? ''), 'base64').toString()),
  );
const trusted = async () => (await bundles()).every((bundle) => bundle === cluster.launcher.authority);
const versions = async () =>
  (await registeredObjects(cluster.api)).map(({ path, metadata }) => `${path} ${metadata.resourceVersion}`);

const allKept = () =>
  eventually('all stand as rendered', async () => {
    const others = [...(await inState('drifted')), ...(await inState('missing')), ...(await inState('left-over'))];
    return others.length === 0 && (await inState('kept')).length > 5 && (await trusted());
  });

test('nothing is created: what is missing is told', async () => {
  await eventually('they are missed', async () => (await inState('missing')).length > 5);
  expect(await registeredObjects(cluster.api)).toEqual([]);
  expect(await readyz(pillion.opsPort)).toMatch(
    /^ready\nregistration: missing: pillion-final-state, .*zz-pillion-inject/,
  );
});

test('what is applied from Git gets its caBundle, and then works', async () => {
  expect(rendered).not.toContain('caBundle');
  expect(await kubectlApply('--server-side', '--field-manager=gitops')).toMatchObject({ code: 0 });
  await allKept();
  expect(await readyz(pillion.opsPort)).toBe('ready\n');
  await webhookInForce(cluster.controlPlane, NAMESPACE);
});

test('applied again server-side, nothing changes and nothing conflicts', async () => {
  const before = (await registeredObjects(cluster.api)).map(({ webhooks, spec }) => ({ webhooks, spec }));
  const { code, stderr } = await kubectlApply('--server-side', '--field-manager=gitops');
  expect([code, stderr]).toEqual([0, '']);
  expect((await registeredObjects(cluster.api)).map(({ webhooks, spec }) => ({ webhooks, spec }))).toEqual(before);
});

test('applied again client-side, nothing changes, and there is no diff', async () => {
  expect(await kubectlApply()).toMatchObject({ code: 0 });
  await allKept();
  const before = await versions();
  expect((await kubectlApply()).stdout).not.toContain('configured');
  const diff = await cluster.controlPlane.kubectl(['diff', '-f', '-'], rendered);
  expect([diff.code, diff.stdout]).toEqual([0, '']);
  expect(await versions()).toEqual(before);
});

test('a caBundle that is wiped or replaced is put back, and nothing else is touched', async () => {
  const { path, webhooks = [] } = await standing(INJECT);
  const wiped = webhooks.map((hook) => ({ ...hook, clientConfig: { ...hook.clientConfig, caBundle: '' } }));
  await cluster.api.call('PATCH', path, { webhooks: wiped });
  await allKept();
  expect((await standing(INJECT)).webhooks).toEqual(webhooks);
});

test('what stands otherwise than rendered is told and left, and so is what nobody renders', async () => {
  const { path, spec } = await standing(FINAL, 'validatingadmissionpolicybindings');
  await cluster.api.call('PATCH', path, { spec: { validationActions: ['Audit'] } });
  await cluster.api.call('DELETE', (await standing(WARN)).path);
  const old = {
    ...(JSON.parse(rendered) as { items: RegisteredObject[] }).items.find(({ kind }) => kind.startsWith('Mutating')),
  };
  const leftOver = { ...old, metadata: { ...old.metadata, name: 'pillion-older' }, webhooks: [] };
  await cluster.api.call('POST', '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations', leftOver);
  await eventually('all three are told', async () => {
    const states = [await inState('drifted'), await inState('missing'), await inState('left-over')];
    return JSON.stringify(states) === JSON.stringify([[FINAL], [WARN], ['pillion-older']]);
  });
  expect((await readyz(pillion.opsPort)).split('\n').slice(1, -1).sort()).toEqual([
    `registration: drifted: ${FINAL}; apply pillion registration render again`,
    'registration: left over: pillion-older; delete it, the policy no longer renders it',
    `registration: missing: ${WARN}; apply pillion registration render`,
  ]);
  const log = await readFile(pillion.log, 'utf8');
  expect(log.match(/stands otherwise than this policy renders it/g)).toHaveLength(1);
  expect((await standing(FINAL, 'validatingadmissionpolicybindings')).spec).toEqual({
    ...spec,
    validationActions: ['Audit'],
  });
  await cluster.api.call('DELETE', (await standing('pillion-older')).path);
  expect(await kubectlApply()).toMatchObject({ code: 0 });
  await allKept();
});

test('a restart, and a stop, change nothing', async () => {
  const before = await versions();
  await pillion.process.stop();
  pillion = await cluster.launcher.start({
    register: `https://127.0.0.1:${pillion.port}`,
    args: [...INSTALLED, '--registration', 'Manual', '--drain-seconds', '0'],
  });
  await allKept();
  expect(await versions()).toEqual(before);
});
