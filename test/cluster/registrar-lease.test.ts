import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, expect, test } from '@jest/globals';
import { eventually } from './eventually.ts';
import { makeOwner, OWN_NAMESPACE } from './installation.ts';
import type { PillionProcess } from './pillion-process.ts';
import { policyFile } from './policy-file.ts';
import { contentOf, registeredObjects } from './registered-objects.ts';
import { allStand, inState, leaseHolder, REPLICA, registers } from './replicas.ts';
import { ENABLED, testCluster } from './test-cluster.ts';

const LEASE_MS = 3_000;
const INJECT = 'zz-pillion-inject';

const cluster = testCluster({ shop: ENABLED, [OWN_NAMESPACE]: {} });
let running: PillionProcess[] = [];
let newPolicy: string;

beforeAll(async () => {
  await makeOwner(cluster.api);
  newPolicy = join(cluster.controlPlane.folder, 'new-policy.yaml');
  await writeFile(newPolicy, policyFile({ optIn: { autoInject: 'enabled' } }));
});

afterEach(async () => {
  await Promise.all(running.map(({ process }) => process.stop()));
  running = [];
});

/** A replica; all of them have the address of the first that was ever started, so that they render alike. */
async function replica(...args: readonly string[]): Promise<PillionProcess> {
  const register = 'https://127.0.0.1:9';
  const started = await cluster.launcher.start({ register, args: [...REPLICA, ...args] });
  running.push(started);
  return started;
}

const holds = (replica: PillionProcess) => eventually('it registers', () => registers(replica));
const allKept = (replica: PillionProcess) =>
  eventually('it sees all objects as its own', () => allStand(cluster.api, replica));

async function injectHook(): Promise<ReturnType<typeof contentOf> | undefined> {
  const objects = await registeredObjects(cluster.api);
  const hook = objects.find(({ metadata }) => metadata.name === INJECT);
  return hook && contentOf(hook);
}

/** Resolves when `replica` registers, with the milliseconds that took. */
async function takesOver(replica: PillionProcess): Promise<number> {
  const began = performance.now();
  await holds(replica);
  return performance.now() - began;
}

test('of two replicas one registers, and the other sees how everything stands and writes nothing', async () => {
  const first = await replica();
  await holds(first);
  const second = await replica();
  await Promise.all([allKept(first), allKept(second)]);
  expect([await registers(first), await registers(second)]).toEqual([true, false]);
  const text = await (await fetch(`http://127.0.0.1:${second.opsPort}/metrics`)).text();
  expect(text).not.toMatch(/^pillion_registration_applies_total\{result="applied"\} [1-9]/m);
});

test('one that ends hands over at once, and one that is killed when its Lease is over', async () => {
  const [first, second] = [await replica(), await replica()];
  await holds(first);
  const ended = first.process.stop();
  expect(await takesOver(second)).toBeLessThan(LEASE_MS / 2);
  await ended;
  const third = await replica();
  const holder = await leaseHolder(cluster.api);
  process.kill(second.process.pid, 'SIGKILL');
  const tookMs = await takesOver(third);
  expect(await leaseHolder(cluster.api)).not.toBe(holder);
  // renewed at most 0.4 s before the kill
  expect(tookMs).toBeGreaterThan(LEASE_MS / 2);
  await allKept(third);
});

test('one that was frozen writes nothing when it wakes up, and what the other registered stands', async () => {
  const first = await replica();
  await holds(first);
  await allKept(first);
  const old = await injectHook();
  const second = await replica('--policy', newPolicy);
  await eventually('the other policy is seen', async () => (await inState('other', second)).includes(INJECT));
  process.kill(first.process.pid, 'SIGSTOP');
  await holds(second);
  await allKept(second);
  const stands = (await registeredObjects(cluster.api)).map(contentOf);
  expect(await injectHook()).not.toEqual(old);
  process.kill(first.process.pid, 'SIGCONT');
  await eventually('the woken one knows', async () => !(await registers(first)));
  await eventually('it sees the new objects', async () => (await inState('other', first)).includes(INJECT));
  // its watches told it of every change that it slept through
  await sleep(1_000);
  expect((await registeredObjects(cluster.api)).map(contentOf)).toEqual(stands);
});

test('a replica of before that starts again during a rolling update does not win', async () => {
  const before = await replica();
  await holds(before);
  await allKept(before);
  const old = await injectHook();
  const after = await replica('--policy', newPolicy);
  await before.process.stop();
  await holds(after);
  await allKept(after);
  const wanted = await injectHook();
  expect(wanted).not.toEqual(old);
  const again = await replica();
  await eventually('it sees the new objects', async () => (await inState('other', again)).includes(INJECT));
  expect(await injectHook()).toEqual(wanted);
  // the worst: it even registers for a while
  await after.process.stop();
  await holds(again);
  await allKept(again);
  const last = await replica('--policy', newPolicy);
  await again.process.stop();
  await holds(last);
  await allKept(last);
  expect(await injectHook()).toEqual(wanted);
});
