import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import type { TrafficDefaults } from '../../src/core/api/traffic/defaults.ts';
import { eventually } from './eventually.ts';
import { callsOf } from './metrics.ts';
import type { PillionProcess } from './pillion-process.ts';
import { ASKS, simplePod } from './pods.ts';
import { policyFile } from './policy-file.ts';
import { recordsIn } from './records.ts';
import { ENABLED, testCluster } from './test-cluster.ts';

const TRAFFIC = 'pillion.io/traffic';
const SERVICES = '/api/v1/namespaces/shop/services';

const cluster = testCluster({ shop: ENABLED });
let pillion: PillionProcess;
let file: string;

const policy = (invalidValues: 'Warn' | 'Deny', defaults?: TrafficDefaults) =>
  policyFile({
    spec: { traffic: { invalidValues, ...(defaults && { defaults }) } },
    profile: { features: ['Observability', 'Resilience'] },
  });

const values = (timeout: string | number) =>
  `service: {name: inventory, port: 80}\nretries: none\noutlierDetection: none\ntimeout: ${timeout}\n`;

const service = (text: string | undefined, name = 'inventory', spec: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'shop', annotations: text === undefined ? {} : { [TRAFFIC]: text } },
  spec: { clusterIP: 'None', selector: { app: 'inventory' }, ports: [{ port: 80, targetPort: 8080 }], ...spec },
});

beforeAll(async () => {
  file = join(cluster.launcher.guard.folder, 'policy.yaml');
  await writeFile(file, policy('Warn'));
  pillion = await cluster.launcher.start({ register: 'https://127.0.0.1:PORT', args: ['--policy', file] });
  await untilAsked('is not accepted');
});

/** Resolves when values that are not accepted are answered so. */
const untilAsked = (answer: string) =>
  eventually('the API server asks about Services', async () => {
    const { body, warnings } = await cluster.api.call('POST', `${SERVICES}?dryRun=All`, service(values(10), 'dry'));
    return `${warnings.join()} ${body.message}`.includes(answer);
  });

const kubectl = (args: readonly string[], document?: object) =>
  cluster.controlPlane.kubectl(
    ['--context=alice', '-n', 'shop', ...args],
    document === undefined ? undefined : JSON.stringify(document),
  );
const apply = (document: object, ...flags: string[]) => kubectl(['apply', ...flags, '-f', '-'], document);
const annotate = (text: string, ...flags: string[]) =>
  kubectl(['annotate', 'service/inventory', `${TRAFFIC}=${text}`, '--overwrite', ...flags]);

const BY_PLACE = '/timeout: line 4:1: is 10; accepted: none, or a duration such as 900ms, 3s or 1m30s';

async function refusedNow(): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${pillion.opsPort}/metrics`)).text();
  return Number(/^pillion_traffic_values_refused (\d+)$/m.exec(text)?.[1]);
}

/** The timeout that the sidecar of a new pod would have for calls to the Service. */
async function timeoutOfNewPod(): Promise<string | undefined> {
  const pod = simplePod('caller', { annotations: { ...ASKS, 'pillion.io/depends-on': 'inventory' } });
  const { body } = await cluster.api.call('POST', '/api/v1/namespaces/shop/pods?dryRun=All', pod);
  const { annotations = {} } = body.metadata as { readonly annotations?: Record<string, string> };
  const text = annotations['pillion.io/envoy-config'] ?? '';
  return text.includes('shop/inventory/80') ? /timeout: "?(5s|8s)"?/.exec(text)?.[1] : undefined;
}

test('values that are accepted and done pass without a word, and new pods get them', async () => {
  const { code, stderr } = await apply(service(values('5s')));
  expect([code, stderr]).toEqual([0, '']);
  await eventually('new pods have the timeout', async () => (await timeoutOfNewPod()) === '5s');
});

test('what is not done there is told to whoever applies it, also in a dry run', async () => {
  const named = service('service: {name: other, port: 80}\ntls: {mode: mesh}', 'other', { clusterIP: '10.0.0.77' });
  for (const flags of [['--dry-run=server'], []]) {
    const { code, stderr } = await apply(named, ...flags);
    expect(code).toBe(0);
    expect(stderr).toContain(
      'Warning: pillion: service/other: /outlierDetection: no pod is left out: the Service has one',
    );
    expect(stderr).toContain('Warning: pillion: service/other: /retries: the pod that failed may be tried again');
    expect(stderr).toContain(
      'Warning: pillion: service/other: /tls/mode: mode mesh: the plain Envoy has no certificates',
    );
  }
});

test('a change that leaves values and ports as they are is not asked about', async () => {
  const before = await callsOf(pillion.opsPort, 'services');
  expect(await kubectl(['label', 'service/inventory', 'team=shop'])).toMatchObject({ code: 0, stderr: '' });
  expect(await kubectl(['annotate', 'service/inventory', 'note=x'])).toMatchObject({ code: 0, stderr: '' });
  expect(await callsOf(pillion.opsPort, 'services')).toBe(before);
});

test('a bad annotation is warned of with its place in a dry run, which changes nothing', async () => {
  const { code, stderr } = await annotate(values(10), '--dry-run=server');
  expect(code).toBe(0);
  expect(stderr).toContain(
    'Warning: pillion: service/inventory: pillion.io/traffic is not accepted; what it said before stays in use',
  );
  expect(stderr).toContain(`Warning: pillion: ${BY_PLACE}`);
  expect(await refusedNow()).toBe(0);
});

test('when it is stored all the same, what it said before stays in use, and the server counts it', async () => {
  expect((await annotate(values(10))).stderr).toContain(`Warning: pillion: ${BY_PLACE}`);
  await eventually('the refused values are counted', async () => (await refusedNow()) === 1);
  expect(await timeoutOfNewPod()).toBe('5s');
  await annotate(values('8s'));
  await eventually('the mended values count', async () => (await timeoutOfNewPod()) === '8s');
  expect(await refusedNow()).toBe(0);
});

test('what the company chooses stands in the policy, and a change of it counts for all Services at once', async () => {
  const chosen = (timeout: '5s' | '8s') => policy('Warn', { meshVersion: 1, defaults: { timeout } });
  await annotate('service: {name: inventory, port: 80}');
  for (const timeout of ['5s', '8s'] as const) {
    await writeFile(file, chosen(timeout));
    await eventually('new pods have the timeout', async () => (await timeoutOfNewPod()) === timeout);
  }
  await annotate(values('8s'));
});

test('under Deny it is refused, also in a dry run, and the Service stays as it is', async () => {
  await writeFile(file, policy('Deny'));
  await untilAsked('traffic-values-invalid');
  for (const flags of [['--dry-run=server'], []]) {
    const { code, stderr } = await annotate(values(10), ...flags);
    expect(code).toBe(1);
    expect(stderr).toContain('admission webhook "services.pillion.io" denied the request: traffic-values-invalid');
    expect(stderr).toContain(BY_PLACE);
    expect(stderr).toContain('what counted before stays in use');
  }
  expect([await refusedNow(), await timeoutOfNewPod()]).toEqual([0, '8s']);
  expect(await kubectl(['annotate', 'service/inventory', `${TRAFFIC}-`])).toMatchObject({ code: 0, stderr: '' });
  expect(await kubectl(['delete', 'service/inventory'])).toMatchObject({ code: 0 });
});

test('every change is in the records, with who made it', async () => {
  const records = (await recordsIn(pillion.log)).filter(
    ({ hook, object }) => hook === 'services' && object?.name === 'inventory',
  );
  const told = records.map(({ user, reason, dryRun }) => `${user} ${reason}${dryRun ? ' (dry run)' : ''}`);
  expect(told).toEqual([
    'alice traffic-values-accepted',
    'alice traffic-values-passed-over (dry run)',
    'alice traffic-values-passed-over',
    ...Array(3).fill('alice traffic-values-accepted'),
    'alice traffic-values-invalid (dry run)',
    'alice traffic-values-invalid',
    'alice traffic-values-removed',
  ]);
});
