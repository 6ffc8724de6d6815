import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Installed } from '../../../src/cluster/rights.ts';
import { API } from '../../../src/core/dashboard/routes.ts';
import { eventually } from '../../cluster/eventually.ts';
import { ASKS, simplePod } from '../../cluster/pods.ts';
import { ENABLED } from '../../cluster/test-cluster.ts';
import { type Caller, http1Caller } from '../../https/callers.ts';
import { NAMESPACE } from '../helm-runs.ts';
import { type DeployedServer, deployedServer } from './deployed-server.ts';
import { installation } from './installation.ts';
import { requestsIn } from './server-audit.ts';
import { grantedRights, usedRights } from './used-rights.ts';

const OFF: Installed = { certificates: 'Self', registration: 'Managed', watchdog: 'Off', dashboard: 'Off' };
const AUTHORITY = `/api/v1/namespaces/${NAMESPACE}/secrets/pillion-authority`;

const on = installation(4);
let server: DeployedServer;
let dashboard: Caller;
let token: string;

const labels = { app: 'web' };
const { spec } = simplePod('web');
const template = { metadata: { labels, annotations: ASKS }, spec };
const ending = { ...template, spec: { ...(spec as object), restartPolicy: 'Never' } };
const selector = { matchLabels: labels };
// one of each kind that workloads have
const WORKLOADS: readonly (readonly [api: string, plural: string, kind: string, spec: unknown])[] = [
  ['api/v1', 'pods', 'Pod', spec],
  ['api/v1', 'replicationcontrollers', 'ReplicationController', { replicas: 0, selector: labels, template }],
  ['apis/apps/v1', 'deployments', 'Deployment', { replicas: 0, selector, template }],
  ['apis/apps/v1', 'replicasets', 'ReplicaSet', { replicas: 0, selector, template }],
  ['apis/apps/v1', 'statefulsets', 'StatefulSet', { replicas: 0, serviceName: 'web', selector, template }],
  ['apis/apps/v1', 'daemonsets', 'DaemonSet', { selector, template }],
  ['apis/batch/v1', 'jobs', 'Job', { template: ending }],
  ['apis/batch/v1', 'cronjobs', 'CronJob', { schedule: '0 0 1 1 *', jobTemplate: { spec: { template: ending } } }],
];

beforeAll(async () => {
  await on.controlPlane.createNamespace('shop', { ...ENABLED });
  for (const [api, plural, kind, of] of WORKLOADS) {
    const apiVersion = api.replace(/^apis?\//, '');
    const object = { apiVersion, kind, metadata: { name: 'web' }, spec: of };
    const { status, body } = await on.api.call('POST', `/${api}/namespaces/shop/${plural}`, object);
    if (status !== 201) throw new Error(`${kind}: ${JSON.stringify(body)}`);
  }
  await on.install('--set', 'certificates.authoritySettle=1s');
  server = await deployedServer(on, ['--drain-seconds=0']);
  const { dashboardPort } = await server.start();
  const authority = (await on.api.call('GET', AUTHORITY)).body.data as Record<string, string>;
  const ca = Buffer.from(authority['ca.crt'] ?? '', 'base64').toString();
  dashboard = http1Caller(`https://127.0.0.1:${dashboardPort}`, ca);
  const { kubectl } = on.controlPlane;
  await kubectl(['-n', 'shop', 'create', 'serviceaccount', 'reader']);
  token = (await kubectl(['-n', 'shop', 'create', 'token', 'reader'])).stdout.trim();
});

afterAll(async () => {
  dashboard?.close();
  await server?.stop();
});

const ask = (path: string) =>
  dashboard.call(`${API}${path}`, undefined, { method: 'GET', headers: { authorization: `Bearer ${token}` } });

test('the command that is named to who lacks a right gives it, by the role of the chart', async () => {
  const { status, text } = await ask('/overview');
  expect(status).toBe(403);
  const [, command = ''] = /`kubectl (.*)`/.exec(JSON.parse(text).next) ?? [];
  expect(await on.controlPlane.kubectl(command.split(' '))).toMatchObject({ code: 0 });
  await eventually('it is seen', async () => (await ask('/overview')).status === 200);
});

test('with the rights of the chart every page is there, and nothing is missing', async () => {
  for (const path of ['/overview', '/rollout', '/namespaces', '/workloads', '/decisions', '/policy', '/capacity']) {
    const { status, text } = await ask(path);
    expect([path, status, JSON.parse(text).remarks]).toEqual([path, 200, []]);
  }
  for (const [, , kind] of WORKLOADS) {
    const { status } = await ask(`/workloads/shop/${kind}/web`);
    expect([kind, status]).toEqual([kind, 200]);
  }
});

test('none of its requests was denied, and it has used each right that the dashboard brings', async () => {
  const requests = await requestsIn(on.controlPlane.auditLog);
  const denied = requests.filter(({ responseStatus }) => [401, 403].includes(responseStatus?.code ?? 0));
  expect(denied.map(({ verb, requestURI }) => `${verb} ${requestURI}`)).toEqual([]);
  const without = new Set(grantedRights(OFF));
  const brought = grantedRights({ ...OFF, dashboard: 'On' }).filter((right) => !without.has(right));
  expect(brought).not.toEqual([]);
  expect(usedRights(requests)).toEqual(expect.arrayContaining(brought));
});
