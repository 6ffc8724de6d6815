import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { eventually } from './eventually.ts';
import { deleteOwner, INSTALLED, makeOwner, OWN_NAMESPACE } from './installation.ts';
import type { PillionProcess } from './pillion-process.ts';
import { ASKS, simplePod } from './pods.ts';
import { policyFile } from './policy-file.ts';
import { ENABLED, testCluster } from './test-cluster.ts';

const SERVICES = '/api/v1/namespaces/shop/services';
const KEPT = `/api/v1/namespaces/${OWN_NAMESPACE}/configmaps/pillion-traffic-values`;

const cluster = testCluster({ shop: ENABLED, [OWN_NAMESPACE]: {} });
let pillion: PillionProcess;
let owner: string;

const values = (timeout: string | number) =>
  `service: {name: inventory, port: 80}\nretries: none\noutlierDetection: none\ntimeout: ${timeout}\n`;

const service = (text: string) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'inventory', namespace: 'shop', annotations: { 'pillion.io/traffic': text } },
  spec: { clusterIP: 'None', selector: { app: 'inventory' }, ports: [{ port: 80, targetPort: 8080 }] },
});

async function start(): Promise<void> {
  const file = join(cluster.launcher.guard.folder, 'policy.yaml');
  await writeFile(file, policyFile({ profile: { features: ['Observability', 'Resilience'] } }));
  const args = ['--policy', file, ...INSTALLED];
  pillion = await cluster.launcher.start({ register: 'https://127.0.0.1:PORT', args });
}

beforeAll(async () => {
  owner = await makeOwner(cluster.api);
  await start();
});

async function called(
  method: 'DELETE' | 'GET' | 'PATCH' | 'POST',
  path: string,
  body?: object,
): Promise<Record<string, unknown>> {
  const answer = await cluster.api.call(method, path, body);
  if (answer.status >= 300) throw new Error(JSON.stringify(answer.body));
  return answer.body as Record<string, unknown>;
}

const said = (text: string) =>
  called('PATCH', `${SERVICES}/inventory`, { metadata: { annotations: { 'pillion.io/traffic': text } } });

/** The timeout that the sidecar of a new pod would have for calls to the Service; undefined without one of these. */
async function timeoutOfNewPod(): Promise<string | undefined> {
  const pod = simplePod('caller', { annotations: { ...ASKS, 'pillion.io/depends-on': 'inventory' } });
  const { body } = await cluster.api.call('POST', '/api/v1/namespaces/shop/pods?dryRun=All', pod);
  const { annotations = {} } = (body.metadata ?? {}) as { readonly annotations?: Record<string, string> };
  return /timeout: "?(5s|8s)"?/.exec(annotations['pillion.io/envoy-config'] ?? '')?.[1];
}

/** What is kept, by its key; undefined without a ConfigMap. */
async function kept(): Promise<Readonly<Record<string, { readonly text: string }>> | undefined> {
  const { status, body } = await cluster.api.call('GET', KEPT);
  if (status === 404) return undefined;
  const { data = {} } = body as { readonly data?: Readonly<Record<string, string>> };
  return Object.fromEntries(Object.entries(data).map(([key, note]) => [key, JSON.parse(note)]));
}

test('as long as everything is accepted, nothing is kept', async () => {
  await called('POST', SERVICES, service(values('5s')));
  await eventually('new pods have the timeout', async () => (await timeoutOfNewPod()) === '5s');
  expect(await kept()).toBeUndefined();
});

test('what a Service said before it said what is not accepted counts in a process that starts later', async () => {
  await said(values(10));
  await eventually('it is kept', async () => (await kept())?.['shop.inventory']?.text === values('5s'));
  const { metadata } = (await called('GET', KEPT)) as { readonly metadata: { readonly ownerReferences: object[] } };
  expect(metadata.ownerReferences).toMatchObject([{ kind: 'ClusterRole', name: 'pillion', uid: owner }]);
  await pillion.process.stop();
  await start();
  await eventually('new pods have the timeout', async () => (await timeoutOfNewPod()) === '5s');
  expect((await kept())?.['shop.inventory']?.text).toBe(values('5s'));
});

test('nothing is kept of a Service that is mended', async () => {
  await said(values('8s'));
  await eventually('the mended values count', async () => (await timeoutOfNewPod()) === '8s');
  await eventually('nothing is kept', async () => Object.keys((await kept()) ?? { absent: {} }).length === 0);
});

test('a Service that was made anew has nothing to do with the one before', async () => {
  await said(values(10));
  await eventually('it is kept', async () => (await kept())?.['shop.inventory']?.text === values('8s'));
  await pillion.process.stop();
  await called('DELETE', `${SERVICES}/inventory`);
  await called('POST', SERVICES, service(values(10)));
  await start();
  await eventually('nothing is kept', async () => Object.keys((await kept()) ?? { absent: {} }).length === 0);
  expect(await timeoutOfNewPod()).toBeUndefined();
});

test('with the installation goes what is kept', async () => {
  await pillion.process.stop();
  await deleteOwner(cluster.api);
  await eventually('it is collected', async () => (await kept()) === undefined);
});
