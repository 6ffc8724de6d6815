import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { issueAuthority } from '../../src/cluster/certificates/issue.ts';
import { eventually } from './eventually.ts';
import { INSTALLED, makeOwner, OWN_NAMESPACE } from './installation.ts';
import { counterOf } from './metrics.ts';
import {
  authoritySecret,
  isSignedBy,
  registeredBundles,
  secretData,
  secretPath,
  servedUnder,
  toldBy,
} from './own-certificates.ts';
import type { PillionProcess } from './pillion-process.ts';
import { type Creation, type PodLoad, startPodLoad } from './pod-load.ts';
import { webhookInForce } from './registered.ts';
import { registeredObjects } from './registered-objects.ts';
import { type Service, startService } from './service.ts';
import { ENABLED, testCluster } from './test-cluster.ts';

const NAMESPACE = 'shop';

let owner: string;
let service: Service;
let replicas: readonly PillionProcess[];
let load: PodLoad | undefined;
const creations: Creation[] = [];
const keys = new Set<string>();

const cluster = testCluster({ [NAMESPACE]: ENABLED, [OWN_NAMESPACE]: {} });

beforeAll(async () => {
  owner = await makeOwner(cluster.api);
  service = await startService();
  const start = () =>
    cluster.launcher.start({
      register: `https://127.0.0.1:${service.port}`,
      selfSigned: true,
      args: [...INSTALLED, '--authority-settle', '3s'],
    });
  replicas = await Promise.all([start(), start()]);
  service.route(replicas[0]?.port);
  await webhookInForce(cluster.controlPlane, NAMESPACE);
  load = startPodLoad(cluster.api, [NAMESPACE], () => (creation) => void creations.push(creation));
});

beforeEach(() => remember());

// whatever a test does to the authority, no creation fails meanwhile
afterEach(async () => {
  await remember();
  expect(creations.filter(({ asks, outcome }) => outcome !== (asks ? 'injected' : 'plain'))).toEqual([]);
});

afterAll(async () => {
  await load?.stop();
  await service?.stop();
});

/** Notes the keys that stand, to look for them everywhere at the end. */
async function remember(): Promise<void> {
  const data = (await authoritySecret(cluster.api))?.data ?? {};
  for (const key of [data['tls.key'], data['next.key']]) if (key?.includes('PRIVATE KEY')) keys.add(key);
}

/** Resolves when the Secret is whole, one bundle stands everywhere, and every replica serves a certificate of its authority. */
async function settled(): Promise<string> {
  let bundle = '';
  await eventually('all replicas serve certificates of the authority that signs', async () => {
    const { data } = (await authoritySecret(cluster.api)) ?? { data: {} as Record<string, string> };
    bundle = data['ca.crt'] ?? '';
    if (data['next.crt'] !== undefined || !bundle.startsWith(data['tls.crt'] ?? 'none')) return false;
    if (String(await registeredBundles(cluster.api)) !== bundle) return false;
    const served = await Promise.all(replicas.map((replica) => servedUnder(bundle, replica)));
    return served.every((certificate) => isSignedBy(certificate, data['tls.crt']));
  });
  return bundle;
}

const certificatesIn = (bundle: string): number => bundle.split('BEGIN CERTIFICATE').length - 1;

async function countOf(metric: string, label: string): Promise<number> {
  const counts = await Promise.all(replicas.map(({ opsPort }) => counterOf(opsPort, metric)));
  return counts.reduce((sum, count) => sum + (count.get(label) ?? 0), 0);
}

test('two replicas that start at once share one authority, and the API server accepts both', async () => {
  const bundle = await settled();
  expect(certificatesIn(bundle)).toBe(1);
  const secret = await authoritySecret(cluster.api);
  expect(secret).toMatchObject({ type: 'kubernetes.io/tls', owners: [{ uid: owner }] });
  expect(Object.keys(secret?.data ?? {}).sort()).toEqual(['ca.crt', 'tls.crt', 'tls.key']);
  const [first, second] = await Promise.all(replicas.map((replica) => servedUnder(bundle, replica)));
  expect(first?.publicKey.equals(second?.publicKey as never)).toBe(false);
});

test('a bundle that is wiped by hand is put back', async () => {
  const bundle = await settled();
  // a hook whose failure refuses nobody
  const warn = (await registeredObjects(cluster.api)).find(({ metadata }) => metadata.name === 'pillion-warn');
  const webhooks = warn?.webhooks?.map((webhook) => ({
    ...webhook,
    clientConfig: { ...webhook.clientConfig, caBundle: '' },
  }));
  expect(await cluster.api.call('PATCH', warn?.path ?? '', { webhooks })).toMatchObject({ status: 200 });
  await eventually('the bundle stands again', async () => String(await registeredBundles(cluster.api)) === bundle);
});

test('a rotation that somebody asks for: the next authority is trusted everywhere before it signs anything', async () => {
  const before = await settled();
  const old = before;
  const rotate = { metadata: { annotations: { 'pillion.io/rotate': 'now' } } };
  expect(await cluster.api.call('PATCH', secretPath(), rotate)).toMatchObject({ status: 200 });
  let next = '';
  await eventually('the next authority stands in every bundle', async () => {
    const secret = await authoritySecret(cluster.api);
    next = secret?.data['next.crt'] ?? '';
    expect(secret?.annotations['pillion.io/rotate'] === undefined || next === '').toBe(true);
    return next !== '' && String(await registeredBundles(cluster.api)) === old + next;
  });
  for (const replica of replicas) expect(isSignedBy(await servedUnder(before, replica), old)).toBe(true);
  await remember();
  const after = await settled();
  expect(after).toBe(next + old);
  for (const replica of replicas) expect(isSignedBy(await servedUnder(next, replica), next)).toBe(true);
  const secret = await authoritySecret(cluster.api);
  const trustedMs = Date.parse(secret?.annotations['pillion.io/previous-trusted-until'] ?? '') - Date.now();
  expect(Math.round(trustedMs / 3_600_000)).toBe(168);
  expect(await countOf('pillion_authority_rotations_total', '{step="promoted"}')).toBe(1);
  expect(await countOf('pillion_authority_repairs_total', '{cause="broken"}')).toBe(0);
});

const other = await issueAuthority({ commonName: 'other', now: new Date(), lifetimeMs: 1e9 });

test.each<[string, string, object | undefined]>([
  ['is deleted', 'deleted', undefined],
  ['has the key of another authority', 'broken', { data: secretData({ 'tls.key': other.key }) }],
  ['holds garbage', 'broken', { data: secretData({ 'tls.crt': 'no', 'tls.key': 'no', 'ca.crt': 'no' }) }],
  ['is emptied', 'broken', { data: { 'tls.crt': '', 'tls.key': '', 'ca.crt': null, 'previous.crt': null } }],
  ['gets half a next authority', 'broken', { data: secretData({ 'next.crt': other.certificate }) }],
])('when the Secret %s it is made whole, and no creation fails', async (_name, cause, patch) => {
  await settled();
  const repairs = await countOf('pillion_authority_repairs_total', `{cause="${cause}"}`);
  const { status } = await cluster.api.call(patch ? 'PATCH' : 'DELETE', secretPath(), patch);
  expect(status).toBe(200);
  await eventually('it is repaired', async () => {
    return (await countOf('pillion_authority_repairs_total', `{cause="${cause}"}`)) === repairs + 1;
  });
  await settled();
  expect((await authoritySecret(cluster.api))?.type).toBe('kubernetes.io/tls');
});

test('no key of an authority is in a log, a metric or an answer', async () => {
  await settled();
  expect(creations.length).toBeGreaterThan(50);
  expect(keys.size).toBeGreaterThanOrEqual(4);
  for (const replica of replicas) {
    const told = await toldBy(replica);
    expect(told).toContain('a serving certificate was signed');
    expect(told).not.toContain('PRIVATE KEY');
    const lines = [...keys].flatMap((key) => key.split('\n').filter((line) => line.length > 40));
    for (const line of lines) expect(told.includes(line)).toBe(false);
  }
});
