import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { freePort } from '../processes/free-port.ts';
import { pillion } from '../unit/cli/command-line.ts';
import { type Installed, install, NAMESPACE } from './dashboard/installed.ts';
import { type OpenedDashboard, openDashboard } from './dashboard/opened-dashboard.ts';
import { eventually } from './eventually.ts';
import { ownKinds } from './own-kinds.ts';
import { ASKS } from './pods.ts';
import { webhookInForce } from './registered.ts';
import { ENABLED, testCluster } from './test-cluster.ts';

const WEBHOOKS = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations';

let installed: Installed;
let opened: OpenedDashboard;
// the node ends before its cluster
afterAll(async () => {
  opened?.process.kill('SIGKILL');
  await installed?.stop();
});
const cluster = testCluster({ [NAMESPACE]: {}, web: ENABLED });

beforeAll(async () => {
  await ownKinds(cluster.api);
  installed = await install(cluster);
  // the server registers itself
  await cluster.api.call('DELETE', `${WEBHOOKS}/zz-pillion-inject`);
  await installed.pod('pillion-a');
  const port = await freePort();
  await cluster.launcher.start({
    register: 'https://127.0.0.1:PORT',
    args: ['--dashboard-port', String(port), '--drain-seconds', '0'],
  });
  await webhookInForce(cluster.controlPlane, 'web');
  // the pod is made of a real server from now on
  await installed.node.lead(`${NAMESPACE}/pillion-a`, 8081, `127.0.0.1:${port}`);
  opened = await openDashboard(['--kubeconfig', cluster.controlPlane.kubeconfig, '--port', '0']);
  await opened.enter();
});

const asked = (...args: readonly string[]) =>
  pillion(['dashboard', ...args, '--kubeconfig', cluster.controlPlane.kubeconfig]);

test('the page and the API of a real server are reached, with the rights of the caller', async () => {
  expect(await opened.ask('/')).toMatchObject({ status: 200, text: expect.stringContaining('<html') });
  const namespaces = await opened.ask('/api/v1/namespaces?search=web');
  expect(JSON.parse(namespaces.text)).toMatchObject({ items: [{ name: 'web', optIn: 'enabled' }] });
  const got = await asked('get', '/namespaces?search=web');
  expect({ exit: got.exit, stderr: got.stderr }).toEqual({ exit: 0, stderr: '' });
  expect(JSON.parse(got.stdout)).toMatchObject({ items: [{ name: 'web', optIn: 'enabled' }] });
  for (const path of ['/overview', '/rollout', '/policy', '/capacity', '/workloads', '/decisions'])
    expect({ path, ...(await asked('get', path)) }).toMatchObject({ path, exit: 0 });
});

test('what it decides is told in the feed', async () => {
  const pod = {
    ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'asks', annotations: ASKS } },
    spec: { containers: [{ name: 'app', image: 'registry.example/app:1' }] },
  };
  expect(await cluster.api.call('POST', '/api/v1/namespaces/web/pods', pod)).toMatchObject({ status: 201 });
  await eventually('the decision is in the feed', async () => {
    const { exit, stdout } = await asked('decisions', '-n', 'web', '--verdict', 'inject');
    return exit === 0 && stdout.includes('web/Pod/asks') && stdout.includes('opted-in');
  });
});
