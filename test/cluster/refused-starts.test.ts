import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { freePort } from '../processes/free-port.ts';
import { type FakeApiServer, fakeApiServer, json, status } from '../unit/cluster/fake-api-server.ts';
import { eventually } from './eventually.ts';
import { INSTALLED, makeOwner, OWN_NAMESPACE } from './installation.ts';
import { webhookInForce } from './registered.ts';
import { registeredObjects } from './registered-objects.ts';
import { ENABLED, testCluster } from './test-cluster.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

const cluster = testCluster({ shop: ENABLED, [OWN_NAMESPACE]: {} });
let old: FakeApiServer;

beforeAll(async () => {
  old = await fakeApiServer();
});
afterAll(() => old.close());

test('an API server that is too old ends the process before anything is registered', async () => {
  old.script((request, response) => {
    const version = json({ major: '1', minor: '29', gitVersion: 'v1.29.7' });
    (request.path === '/version' ? version : status(404, 'NotFound'))(request, response);
  });
  const log = join(cluster.controlPlane.folder, 'too-old.log');
  const { exited } = await cluster.launcher.guard.start({
    command: process.execPath,
    args: [
      ...[MAIN, 'serve', '--self-signed', '--webhook-url', 'https://127.0.0.1:1', ...INSTALLED],
      ...['--host', '127.0.0.1', '--port', String(await freePort()), '--ops-port', String(await freePort())],
      ...['--kubeconfig', old.kubeconfig],
    ],
    log,
  });
  expect(await exited).toMatchObject({ code: 1, signal: null });
  expect(await readFile(log, 'utf8')).toContain(
    'PIL005: the server cannot start\n  the API server is Kubernetes v1.29.7, older than 1.30',
  );
  expect(old.seen.filter(({ path }) => path.includes('webhookconfigurations'))).toEqual([]);
});

test('without the ClusterRole that owns what is registered nothing is, and what to do is told', async () => {
  const { log } = await cluster.launcher.start({
    register: 'https://127.0.0.1:PORT',
    args: [...INSTALLED, '--drain-seconds', '0'],
  });
  await eventually('it is told', async () =>
    (await readFile(log, 'utf8')).includes('there is no ClusterRole pillion, which owns what is registered'),
  );
  expect(await registeredObjects(cluster.api)).toEqual([]);
  await makeOwner(cluster.api);
  await webhookInForce(cluster.controlPlane, 'shop');
});

test('policies that are no kind of the cluster are told by the name of their definition, with what to do', async () => {
  const refused = await cluster.launcher.start({ args: [...INSTALLED, '--policy-objects'] }).then(String, String);
  expect(refused).toContain('pillion ended with 2 before it was ready');
  for (const plural of ['sidecarprofiles', 'injectionpolicies'])
    expect(refused).toContain(
      `CustomResourceDefinition ${plural}.pillion.io: is not there; install it: kubectl apply --server-side -f charts/pillion/crds`,
    );
});

test('definitions of a newer version are told as such', async () => {
  const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
  const anything = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  for (const [plural, kind] of [
    ['injectionpolicies', 'InjectionPolicy'],
    ['sidecarprofiles', 'SidecarProfile'],
  ] as const) {
    const names = { plural, singular: kind.toLowerCase(), kind, listKind: `${kind}List` };
    const versions = [{ name: 'v2', served: true, storage: true, schema: anything }];
    await cluster.api.call('POST', path, {
      metadata: { name: `${plural}.pillion.io` },
      spec: { group: 'pillion.io', scope: 'Cluster', names, versions },
    });
    await eventually(
      'it is served',
      async () => (await cluster.api.call('GET', `/apis/pillion.io/v2/${plural}`)).status === 200,
    );
  }
  const refused = await cluster.launcher.start({ args: [...INSTALLED, '--policy-objects'] }).then(String, String);
  expect(refused).toContain('does not serve the version v1alpha1, only v2; run a Pillion that knows it');
});
