import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pillion as commandLine } from '../unit/cli/command-line.ts';
import { eventually } from './eventually.ts';
import { INSTALLED, makeOwner, OWN_NAMESPACE, readyz } from './installation.ts';
import type { PillionProcess } from './pillion-process.ts';
import { webhookInForce } from './registered.ts';
import { registeredObjects } from './registered-objects.ts';
import { allStand, inState } from './replicas.ts';
import { type Service, startService } from './service.ts';
import { ENABLED, testCluster } from './test-cluster.ts';

const NAMESPACE = 'shop';
const INJECT = 'zz-pillion-inject';
const WARN = 'pillion-warn';
const MEMORY = `/api/v1/namespaces/${OWN_NAMESPACE}/configmaps/pillion-registration`;

const cluster = testCluster({ [NAMESPACE]: ENABLED, [OWN_NAMESPACE]: {} });
let service: Service;
let pillion: PillionProcess;

/** Ends the process that runs and starts one with this mode, at the same address. */
async function restart(mode: 'Managed' | 'Manual'): Promise<void> {
  await pillion?.process.stop();
  const args = [...INSTALLED, '--registration', mode, '--drain-seconds', '0'];
  pillion = await cluster.launcher.start({ register: `https://127.0.0.1:${service.port}`, args });
  service.route(pillion.port);
}

beforeAll(async () => {
  service = await startService();
  await makeOwner(cluster.api);
  await restart('Managed');
  await webhookInForce(cluster.controlPlane, NAMESPACE);
});

afterAll(() => service?.stop());

const remembered = async () =>
  ((await cluster.api.call('GET', MEMORY)).body as { data?: Record<string, string> }).data ?? {};
const names = async () => (await registeredObjects(cluster.api)).map(({ metadata }) => metadata.name);

async function deleteByHand(name: string): Promise<void> {
  for (const { path, metadata } of await registeredObjects(cluster.api))
    if (metadata.name === name) expect(await cluster.api.call('DELETE', path)).toMatchObject({ status: 200 });
}

const seen = (state: string, wanted: readonly string[]) =>
  eventually(`${wanted.join()} is ${state}`, async () => {
    const found = await inState(state, pillion);
    return wanted.every((name) => found.includes(name));
  });

test('what was deleted by hand while Managed is missed while Manual, and the memory of it stays', async () => {
  await eventually('all stand', () => allStand(cluster.api, pillion));
  await eventually('everything is remembered', async () => {
    const uids = Object.values(await remembered());
    return (await registeredObjects(cluster.api)).every(({ metadata }) => uids.includes(metadata.uid));
  });
  const before = await remembered();
  await deleteByHand(INJECT);
  await seen('deleted-by-hand', [INJECT]);
  await restart('Manual');
  await seen('missing', [INJECT]);
  expect(await readyz(pillion.opsPort)).toContain(
    `registration: missing: ${INJECT}; apply pillion registration render`,
  );
  await deleteByHand(WARN);
  await seen('missing', [INJECT, WARN]);
  expect(await remembered()).toEqual(before);
});

test('back in Managed both count as deleted by hand: they stay away, and that is said', async () => {
  await restart('Managed');
  await seen('deleted-by-hand', [INJECT, WARN]);
  const [, ...remarks] = (await readyz(pillion.opsPort)).trimEnd().split('\n');
  expect(remarks).toEqual([
    expect.stringMatching(/^registration: deleted by hand: .*; pillion registration restore brings (it|them) back$/),
  ]);
  expect(remarks[0]).toContain(INJECT);
  expect(remarks[0]).toContain(WARN);
  const log = (await readFile(pillion.log, 'utf8')).split('\n').filter((line) => line.includes('break-glass'));
  expect(log.map((line) => JSON.parse(line).name).sort()).toEqual([WARN, INJECT].sort());
  expect(await names()).not.toContain(INJECT);
});

test('restore ends it', async () => {
  const { exit } = await commandLine(['registration', 'restore', '--kubeconfig', cluster.controlPlane.kubeconfig]);
  expect(exit).toBe(0);
  await eventually('both stand', async () => {
    const standing = await names();
    return [INJECT, WARN].every((name) => standing.includes(name));
  });
  await webhookInForce(cluster.controlPlane, NAMESPACE);
  await eventually('nothing is left to say', async () => (await readyz(pillion.opsPort)) === 'ready\n');
});
