import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { kubeconfig } from '../controlplane/users.ts';
import { eventually } from './eventually.ts';
import { makeOwner, readyz } from './installation.ts';
import { counterOf } from './metrics.ts';
import { authoritySecret, isSignedBy, secretPath, servedUnder } from './own-certificates.ts';
import { type PillionLauncher, type PillionProcess, pillionLauncher } from './pillion-process.ts';
import { webhookInForce } from './registered.ts';
import { ENABLED, testCluster } from './test-cluster.ts';

const NAMESPACE = 'shop';
const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const USER = 'reader-of-secrets';
/** Everything but to write a Secret. */
const RULES = [
  { apiGroups: ['*'], resources: ['*'], verbs: ['get', 'list', 'watch'] },
  { apiGroups: [''], resources: ['configmaps'], verbs: ['*'] },
  { apiGroups: ['coordination.k8s.io', 'admissionregistration.k8s.io'], resources: ['*'], verbs: ['*'] },
  // the owner of what is registered
  { apiGroups: ['rbac.authorization.k8s.io'], resources: ['clusterroles/finalizers'], verbs: ['*'] },
];

const cluster = testCluster({ [NAMESPACE]: ENABLED, first: {}, later: {} });
let launcher: PillionLauncher;

async function made(path: string, object: object): Promise<Record<string, unknown>> {
  const { status, body } = await cluster.api.call('POST', path, object);
  if (status !== 201) throw new Error(`POST ${path} was answered with ${status}: ${JSON.stringify(body)}`);
  return body;
}

/** Gives this role to the user of the tests. */
const give = (name: string, rules: readonly object[]) =>
  made(`${RBAC}/clusterroles`, { metadata: { name }, rules }).then(() =>
    made(`${RBAC}/clusterrolebindings`, {
      metadata: { name },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
      subjects: [{ kind: 'ServiceAccount', namespace: 'default', name: USER }],
    }),
  );

beforeAll(async () => {
  const { controlPlane } = cluster;
  await makeOwner(cluster.api);
  await made('/api/v1/namespaces/default/serviceaccounts', { metadata: { name: USER } });
  await give('all-but-writing-secrets', RULES);
  const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} };
  const { status } = await made(`/api/v1/namespaces/default/serviceaccounts/${USER}/token`, request);
  const { token } = status as { readonly token: string };
  const file = join(controlPlane.folder, 'kubeconfig-of-reader');
  const text = kubeconfig(controlPlane.url, controlPlane.ca, [{ name: USER, groups: [], token }]);
  await writeFile(file, text, { mode: 0o600 });
  launcher = await pillionLauncher({ ...controlPlane, kubeconfig: file });
});

afterAll(() => launcher?.guard.stop());

const flags = (own: string) => ['--installed-as', 'pillion', '--own-namespace', own, '--drain-seconds', '0'];
const start = (by: PillionLauncher, own: string, more: object = {}): Promise<PillionProcess> =>
  by.start({
    register: 'https://127.0.0.1:PORT',
    selfSigned: true,
    args: [...flags(own), '--authority-settle', '1s'],
    ...more,
  });

const said = async ({ log }: PillionProcess) =>
  (await readFile(log, 'utf8'))
    .split('\n')
    .filter((line) => line.includes('cannot keep the certificates'))
    .map((line) => JSON.parse(line) as { readonly msg: string; readonly err: { readonly message: string } });

async function failures({ opsPort }: PillionProcess): Promise<number> {
  const counts = await counterOf(opsPort, 'pillion_certificate_reloads_total');
  return counts.get('{result="failed"}') ?? 0;
}

const WAY_OUT = /secrets .*forbidden.*grant it to the service account, the chart renders the rules needed/;

test('where there is no authority yet nothing is served, and it is said what to grant; once granted it goes on', async () => {
  const pillion = await start(launcher, 'first', { notReady: true });
  await eventually('it has tried again', async () => (await failures(pillion).catch(() => 0)) > 1);
  expect(await readyz(pillion.opsPort)).toMatch(/^waiting for: .*certificate/);
  const [told, ...again] = await said(pillion);
  expect(told?.msg).toContain('no connection can be served until then; trying again until it works');
  expect(told?.err.message).toMatch(WAY_OUT);
  // a fault that stays is told once
  expect(again).toEqual([]);
  expect(await authoritySecret(cluster.api, 'first')).toBeUndefined();
  await give('writing-secrets', [{ apiGroups: [''], resources: ['secrets'], verbs: ['*'] }]);
  await eventually('it is ready', async () => (await readyz(pillion.opsPort)).startsWith('ready\n'));
  await cluster.api.call('DELETE', `${RBAC}/clusterrolebindings/writing-secrets`);
  await pillion.process.stop();
});

test('with an authority that another has written it serves, and goes on when a step that is due cannot be written', async () => {
  const writer = await start(cluster.launcher, 'later');
  await writer.process.stop();
  const authority = (await authoritySecret(cluster.api, 'later'))?.data['tls.crt'];
  const pillion = await start(launcher, 'later');
  await webhookInForce(cluster.controlPlane, NAMESPACE);
  const serves = async () => isSignedBy(await servedUnder(String(authority), pillion), authority);
  expect(await serves()).toBe(true);
  expect(await said(pillion)).toEqual([]);

  await cluster.api.call('PATCH', secretPath('later'), { metadata: { annotations: { 'pillion.io/rotate': 'now' } } });
  await eventually('it has tried', async () => (await said(pillion)).length > 0);
  const [told] = await said(pillion);
  expect(told?.msg).toContain('what is served stays in service; trying again until it works');
  expect(told?.err.message).toMatch(WAY_OUT);
  expect([await serves(), await readyz(pillion.opsPort)]).toEqual([true, 'ready\n']);
  expect((await authoritySecret(cluster.api, 'later'))?.data['tls.crt']).toBe(authority);

  await give('writing-secrets-later', [{ apiGroups: [''], resources: ['secrets'], verbs: ['*'] }]);
  await eventually('it has rotated', async () => {
    const now = (await authoritySecret(cluster.api, 'later'))?.data['tls.crt'];
    return now !== undefined && now !== authority;
  });
  await webhookInForce(cluster.controlPlane, NAMESPACE);
});
