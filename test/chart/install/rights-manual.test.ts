import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Installed } from '../../../src/cluster/rights.ts';
import { eventually } from '../../cluster/eventually.ts';
import { ASKS, simplePod } from '../../cluster/pods.ts';
import { registeredObjects } from '../../cluster/registered-objects.ts';
import { ENABLED } from '../../cluster/test-cluster.ts';
import { NAMESPACE } from '../helm-runs.ts';
import { type DeployedServer, deployedServer } from './deployed-server.ts';
import { installation } from './installation.ts';
import { requestsIn } from './server-audit.ts';
import { SPEAKING_SERVICE } from './speaking-service.ts';
import { grantedRights, usedRights } from './used-rights.ts';

const INSTALLED: Installed = { certificates: 'Self', registration: 'Manual', watchdog: 'Off', dashboard: 'Off' };
const MAIN = fileURLToPath(new URL('../../../src/main.ts', import.meta.url));
const AUTHORITY = `/api/v1/namespaces/${NAMESPACE}/secrets/pillion-authority`;

const on = installation(4);
let server: DeployedServer;
let pods = 0;

const isInjected = async () => {
  const pod = simplePod(`asks-${++pods}`, { annotations: ASKS });
  return JSON.stringify((await on.api.call('POST', '/api/v1/namespaces/shop/pods', pod)).body).includes(
    'pillion.io/status',
  );
};

beforeAll(async () => {
  await on.controlPlane.createNamespace('shop', { ...ENABLED });
  await on.api.call('POST', '/api/v1/namespaces/shop/services', SPEAKING_SERVICE);
  await on.install('--set', 'registration.mode=Manual', '--set', 'certificates.authoritySettle=1s');
  server = await deployedServer(on, ['--drain-seconds=0']);
  await server.start();
});
afterAll(() => server?.stop());

test('with registration.mode Manual nothing is registered before somebody does', async () => {
  expect(await isInjected()).toBe(false);
  expect(await registeredObjects(on.api)).toEqual([]);
});

test('what Git registers without caBundle works as soon as the server has written it', async () => {
  const render = [MAIN, 'registration', 'render', '--webhook-url', server.url, '--own-namespace', NAMESPACE];
  const { stdout } = await promisify(execFile)(process.execPath, render);
  expect(stdout).not.toContain('caBundle');
  const apply = ['apply', '--server-side', '--field-manager=git', '-f', '-'];
  expect(await on.controlPlane.kubectl(apply, stdout)).toMatchObject({ code: 0 });
  await eventually('a pod that asks is injected', isInjected);
  // whoever keeps them in Git sees no difference, and does not take caBundle away
  const diff = ['diff', '--server-side', '--field-manager=git', '-f', '-'];
  expect(await on.controlPlane.kubectl(diff, stdout)).toEqual({ code: 0, stdout: '', stderr: '' });
  expect(await on.controlPlane.kubectl(apply, stdout)).toMatchObject({ code: 0 });
  expect(await isInjected()).toBe(true);
});

test('the authority rotates, and namespaces are answered', async () => {
  const signs = async () =>
    ((await on.api.call('GET', AUTHORITY)).body.data as Record<string, string> | undefined)?.['tls.crt'];
  const before = await signs();
  await on.api.call('PATCH', AUTHORITY, { metadata: { annotations: { 'pillion.io/rotate': 'now' } } });
  await eventually('another authority signs', async () => ![undefined, before].includes(await signs()));
  await on.api.call('PATCH', '/api/v1/namespaces/shop', { metadata: { labels: { 'istio-injection': null } } });
});

test('what a Service said before it said what is not accepted is kept', async () => {
  const { name } = SPEAKING_SERVICE.metadata;
  const path = `/api/v1/namespaces/shop/services/${name}`;
  await on.api.call('PATCH', path, { metadata: { annotations: { 'pillion.io/traffic': 'timeout: never' } } });
  const kept = `/api/v1/namespaces/${NAMESPACE}/configmaps/pillion-traffic-values`;
  await eventually('it is kept', async () => (await on.api.call('GET', kept)).status === 200);
  const noted = async () => (await on.api.call('GET', kept)).body.data as Record<string, string> | undefined;
  await eventually('it is noted', async () => (await noted())?.[`shop.${name}`] !== undefined);
});

test('none of its requests was denied, and none needed a right that the chart does not give', async () => {
  const requests = await requestsIn(on.controlPlane.auditLog);
  const denied = requests.filter(({ responseStatus }) => [401, 403].includes(responseStatus?.code ?? 0));
  expect(denied.map(({ verb, requestURI }) => `${verb} ${requestURI}`)).toEqual([]);
  // one namespace has no reason to be read, there is no object of the policy that could be judged, told of or kept, no workload that an
  // Event could be about, and no month of the rollout that is over
  const granted = grantedRights(INSTALLED);
  const idle = granted.filter((right) =>
    /namespaces get|\/status|(policies|profiles|plans)\.pillion\.io get|controllerrevisions|configmaps (update|delete)|(controllers|deployments|sets|jobs)\S* get$/.test(
      right,
    ),
  );
  expect([...new Set([...usedRights(requests), ...idle])].sort()).toEqual(granted);
});
