import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Installed } from '../../../src/cluster/rights.ts';
import { eventually } from '../../cluster/eventually.ts';
import { ASKS } from '../../cluster/pods.ts';
import { ENABLED } from '../../cluster/test-cluster.ts';
import { believePods } from '../../ha/believed-pods.ts';
import { type DeployedServer, deployedServer } from './deployed-server.ts';
import { installation } from './installation.ts';
import { requestsIn } from './server-audit.ts';
import { grantedRights, usedRights } from './used-rights.ts';

const OFF: Installed = { certificates: 'Self', registration: 'Managed', watchdog: 'Off', dashboard: 'Off' };
const ended = new AbortController();

const on = installation(4);
let server: DeployedServer;
let believing: Promise<void>;

const workload = (kind: string, more: object = {}) => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name: kind.toLowerCase() },
  spec: {
    selector: { matchLabels: { kind } },
    template: {
      metadata: { labels: { kind }, annotations: ASKS },
      spec: { containers: [{ name: 'app', image: 'registry.example/app:1' }] },
    },
    ...more,
  },
});

const WORKLOADS = {
  deployments: workload('Deployment'),
  statefulsets: workload('StatefulSet', { serviceName: 'web' }),
  daemonsets: workload('DaemonSet'),
};

beforeAll(async () => {
  await on.controlPlane.createNamespace('shop', { ...ENABLED });
  await on.api.call('POST', '/api/v1/nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node' } });
  believing = believePods(on.api, 'shop', ended.signal);
  for (const [plural, object] of Object.entries(WORKLOADS)) {
    const { status, body } = await on.api.call('POST', `/apis/apps/v1/namespaces/shop/${plural}`, object);
    if (status !== 201) throw new Error(JSON.stringify(body));
    const name = `${object.kind.toLowerCase()}/${object.metadata.name}`;
    await on.controlPlane.kubectl(['rollout', 'status', '-n', 'shop', name, '--timeout=60s']);
  }
  const flags = ['watchdog.enabled=true', 'watchdog.every=1s', 'watchdog.perHour=1000'];
  await on.install(...flags.flatMap((flag) => ['--set', flag]), '--set', 'certificates.authoritySettle=1s');
  server = await deployedServer(on, ['--drain-seconds=0']);
  await server.start();
});

afterAll(async () => {
  ended.abort();
  await believing;
  await server?.stop();
});

test('with the rights of the chart the watchdog brings every kind right, and tells of it', async () => {
  await eventually('every pod has its sidecar', async () => {
    const { body } = await on.api.call('GET', '/api/v1/namespaces/shop/pods');
    const pods = body.items as { metadata: { annotations: Record<string, string> } }[];
    return pods.length === 3 && pods.every(({ metadata }) => metadata.annotations['pillion.io/status'] !== undefined);
  });
  await eventually('it has told of each', async () => {
    const { body } = await on.api.call('GET', '/api/v1/namespaces/shop/events');
    return (body.items as { reason: string }[]).filter(({ reason }) => reason === 'SidecarsRunning').length === 3;
  });
});

test('none of its requests was denied, and it has used each right that the watchdog brings', async () => {
  const requests = await requestsIn(on.controlPlane.auditLog);
  const denied = requests.filter(({ responseStatus }) => [401, 403].includes(responseStatus?.code ?? 0));
  expect(denied.map(({ verb, requestURI }) => `${verb} ${requestURI}`)).toEqual([]);
  const without = new Set(grantedRights(OFF));
  const brought = grantedRights({ ...OFF, watchdog: 'On' }).filter((right) => !without.has(right));
  expect(brought).not.toEqual([]);
  expect(usedRights(requests)).toEqual(expect.arrayContaining(brought));
});
