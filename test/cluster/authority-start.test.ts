import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { issueAuthority } from '../../src/cluster/certificates/issue.ts';
import { eventually } from './eventually.ts';
import { makeOwner } from './installation.ts';
import { counterOf } from './metrics.ts';
import {
  authoritySecret,
  isSignedBy,
  registeredBundles,
  secretData,
  secretPath,
  secretsOf,
  servedUnder,
} from './own-certificates.ts';
import type { PillionProcess } from './pillion-process.ts';
import { type Creation, startPodLoad } from './pod-load.ts';
import { webhookInForce } from './registered.ts';
import { registeredObjects } from './registered-objects.ts';
import { ENABLED, testCluster } from './test-cluster.ts';

const NAMESPACE = 'shop';
const DAY_MS = 86_400_000;

// an own namespace for each test, and so a Secret of its own
let own: string;
let made = 0;
let running: PillionProcess[] = [];

const cluster = testCluster({ [NAMESPACE]: ENABLED });

beforeAll(async () => {
  await makeOwner(cluster.api);
});

beforeEach(async () => {
  own = `own-${++made}`;
  await cluster.controlPlane.createNamespace(own);
});

afterEach(async () => {
  await Promise.all(running.map(({ process }) => process.stop()));
  running = [];
  // what the API server trusts is kept by whoever starts next
  const left = await registeredObjects(cluster.api);
  await Promise.all(left.map(({ path }) => cluster.api.call('DELETE', path)));
});

async function start(args: readonly string[] = [], nodeArgs: readonly string[] = []): Promise<PillionProcess> {
  const pillion = await cluster.launcher.start({
    register: 'https://127.0.0.1:PORT',
    selfSigned: true,
    args: ['--installed-as', 'pillion', '--own-namespace', own, '--drain-seconds', '0', ...args],
    nodeArgs,
  });
  running.push(pillion);
  return pillion;
}

/** Resolves when every registered bundle is the one of the Secret. */
async function bundleInForce(): Promise<string> {
  let bundle = '';
  await eventually('the bundle of the Secret is registered', async () => {
    bundle = (await authoritySecret(cluster.api, own))?.data['ca.crt'] ?? '';
    return bundle !== '' && String(await registeredBundles(cluster.api)) === bundle;
  });
  return bundle;
}

async function makeSecret(type: string, texts: Readonly<Record<string, string>>): Promise<void> {
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'pillion-authority' },
    type,
    data: secretData(texts),
  };
  expect(await cluster.api.call('POST', secretsOf(own), secret)).toMatchObject({ status: 201 });
}

const issue = (startsDaysAgo: number, days: number) =>
  issueAuthority({
    commonName: 'written by the test',
    now: new Date(Date.now() - startsDaysAgo * DAY_MS),
    lifetimeMs: days * DAY_MS,
  });

const shiftedBy = (days: number): string[] => {
  const code = `const RealDate = Date; const shift = ${days * DAY_MS};
    globalThis.Date = class extends RealDate {
      constructor(...args) { args.length === 0 ? super(RealDate.now() + shift) : super(...args); }
      static now() { return RealDate.now() + shift; }
    };`;
  return ['--import', `data:text/javascript,${encodeURIComponent(code)}`];
};

test.each([-400, -10, 10, 400])(
  'a clock that is wrong by %d days: the API server accepts what is served',
  async (days) => {
    await start([], shiftedBy(days));
    await bundleInForce();
    await webhookInForce(cluster.controlPlane, NAMESPACE);
  },
);

const [whole, ended, unborn, ending] = await Promise.all([
  issue(0, 300),
  issue(400, 365),
  issue(-9, 300),
  issue(335, 365),
]);

test.each<[string, string, string, Record<string, string>, number]>([
  ['that has ended', 'expired', 'kubernetes.io/tls', { 'tls.crt': ended.certificate, 'tls.key': ended.key }, 1],
  ['that has not begun', 'expired', 'kubernetes.io/tls', { 'tls.crt': unborn.certificate, 'tls.key': unborn.key }, 1],
  ['without its key', 'broken', 'Opaque', { 'tls.crt': whole.certificate }, 2],
  ['with the key of another', 'broken', 'kubernetes.io/tls', { 'tls.crt': whole.certificate, 'tls.key': ended.key }, 2],
  ['that is no authority at all', 'broken', 'Opaque', { note: 'keep me', 'tls.crt': 'garbage' }, 1],
])('a Secret with an authority %s is made whole at the start, loudly', async (_name, cause, type, texts, trusted) => {
  await makeSecret(type, texts);
  const { opsPort } = await start();
  const bundle = await bundleInForce();
  await webhookInForce(cluster.controlPlane, NAMESPACE);
  expect(bundle.split('BEGIN CERTIFICATE')).toHaveLength(trusted + 1);
  const repairs = await counterOf(opsPort, 'pillion_authority_repairs_total');
  expect(repairs.get(`{cause="${cause}"}`)).toBe(1);
  const secret = await authoritySecret(cluster.api, own);
  expect(secret).toMatchObject({ type, data: texts.note === undefined ? {} : { note: texts.note } });
});

test('an authority that ends soon is replaced by itself, and leaves are renewed: no creation fails from first to last', async () => {
  await makeSecret('kubernetes.io/tls', { 'tls.crt': ending.certificate, 'tls.key': ending.key });
  // its leaf is in force before the load begins
  const pillion = await start(['--leaf-lifetime', '15s', '--authority-settle', '3s']);
  await webhookInForce(cluster.controlPlane, NAMESPACE);
  const creations: Creation[] = [];
  const load = startPodLoad(cluster.api, [NAMESPACE], () => (creation) => void creations.push(creation));
  const served = new Set<string>();
  const seen: string[] = [];
  await eventually('the old authority is gone, and three leaves were served', async () => {
    const data = (await authoritySecret(cluster.api, own))?.data ?? {};
    const now = `${data['next.crt'] ? 'next' : ''}${data['previous.crt'] ? 'previous' : ''}`;
    if (now !== seen.at(-1)) seen.push(now);
    const [bundle = ''] = await registeredBundles(cluster.api);
    served.add((await servedUnder(bundle, pillion)).serialNumber);
    return now === '' && seen.includes('previous') && served.size >= 3;
  });
  await load.stop();
  expect(seen.filter((state) => state !== '')).toEqual(['next', 'previous']);
  expect(creations.filter(({ asks, outcome }) => outcome !== (asks ? 'injected' : 'plain'))).toEqual([]);
  expect(creations.length).toBeGreaterThan(50);
  const secret = await authoritySecret(cluster.api, own);
  const certificate = await servedUnder(await bundleInForce(), pillion);
  expect(isSignedBy(certificate, secret?.data['tls.crt'])).toBe(true);
  expect(isSignedBy(certificate, ending.certificate)).toBe(false);
  expect(secret?.annotations).toEqual({});
  const rotations = await counterOf(pillion.opsPort, 'pillion_authority_rotations_total');
  expect(Object.fromEntries(rotations)).toEqual({
    '{step="started"}': 1,
    '{step="promoted"}': 1,
    '{step="finished"}': 1,
  });
});

test('without its ClusterRole nothing is made, and the log says what to do', async () => {
  const args = ['--installed-as', 'nobody', '--own-namespace', own];
  const start = cluster.launcher.start({ register: 'https://127.0.0.1:PORT', selfSigned: true, args });
  const said = await start.then(
    () => '',
    ({ message }: Error) => message,
  );
  // whatever else kept it from being ready is told
  expect(said).toMatch(/pillion was not ready after .*; read \S+$/);
  const log = /read (\S+)$/.exec(said)?.[1] ?? '';
  expect(await readFile(log, 'utf8')).toContain('there is no ClusterRole nobody');
  expect((await cluster.api.call('GET', secretPath(own))).status).toBe(404);
});

test('a bundle in a file is followed: what the API server has to trust is registered anew', async () => {
  const file = join(cluster.launcher.guard.folder, 'followed-ca.crt');
  const write = async (text: string) => {
    await writeFile(`${file}.new`, text);
    await rename(`${file}.new`, file);
  };
  const { authority } = cluster.launcher;
  const registered = (bundle: string) =>
    eventually('the bundle is registered', async () => String(await registeredBundles(cluster.api)) === bundle);
  await write(authority);
  running.push(await cluster.launcher.start({ register: 'https://127.0.0.1:PORT', args: ['--ca', file] }));
  await registered(authority);
  await write(authority + whole.certificate);
  await registered(authority + whole.certificate);
  await webhookInForce(cluster.controlPlane, NAMESPACE);
});

test('taking over from certificates in files: what the API server trusted stays trusted for a while', async () => {
  const before = await cluster.launcher.start({ register: 'https://127.0.0.1:PORT' });
  const { authority } = cluster.launcher;
  await eventually('it is registered', async () => String(await registeredBundles(cluster.api)) === authority);
  await before.process.stop();
  await start();
  const bundle = await bundleInForce();
  const data = (await authoritySecret(cluster.api, own))?.data ?? {};
  expect(bundle).toBe(`${data['tls.crt']}${authority}`);
  await webhookInForce(cluster.controlPlane, NAMESPACE);
});
