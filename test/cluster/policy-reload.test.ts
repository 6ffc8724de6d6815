import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, test } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { annotationsOf, type Pod } from '../../src/core/kubernetes/pod.ts';
import { ANNOTATIONS } from '../../src/core/sidecar/names.ts';
import { ENVOY_PROFILE } from '../../src/core/sidecar/profiles/envoy/envoy.generated.ts';
import { until } from '../https/until.ts';
import { counterOf } from './metrics.ts';
import type { PillionProcess } from './pillion-process.ts';
import { ASKS, simplePod } from './pods.ts';
import { policyFile } from './policy-file.ts';
import { webhookInForce } from './registered.ts';
import { registeredObjects } from './registered-objects.ts';
import { testCluster } from './test-cluster.ts';

const NAMESPACE = 'shop';
const GOOD = policyFile({});

let pillion: PillionProcess;
let file: string;

const cluster = testCluster({ [NAMESPACE]: { 'istio-injection': 'enabled', tier: 'gold' } });

beforeAll(async () => {
  file = join(cluster.controlPlane.folder, 'policy.yaml');
  await writeFile(file, GOOD);
  pillion = await cluster.launcher.start({ register: 'https://127.0.0.1:PORT', args: ['--policy', file] });
  await webhookInForce(cluster.controlPlane, NAMESPACE);
});

/** What the API server makes of a pod, without keeping it. */
async function statusOf(annotations: Readonly<Record<string, string>>): Promise<Record<string, unknown> | undefined> {
  const path = `/api/v1/namespaces/${NAMESPACE}/pods?dryRun=All`;
  const { status, body } = await cluster.api.call('POST', path, simplePod('dry', { annotations }));
  if (status !== 201) throw new Error(`the API server refused the pod: ${JSON.stringify(body)}`);
  const text = annotationsOf(body as Pod)[ANNOTATIONS.status];
  return text === undefined ? undefined : JSON.parse(text);
}

async function reloads(result: 'renewed' | 'refused'): Promise<number> {
  const counts = await counterOf(pillion.opsPort, 'pillion_policy_reloads_total');
  return counts.get(`{result="${result}"}`) ?? 0;
}

async function stale(): Promise<boolean> {
  const response = await fetch(`http://127.0.0.1:${pillion.opsPort}/metrics`);
  return (await response.text()).includes('\npillion_policy_stale 1\n');
}

test.each<[string, () => Promise<void>, RegExp]>([
  [
    'a wrong word',
    () => writeFile(file, GOOD.replace('autoInject: disabled', 'autoInject: enabeld')),
    /policy\.yaml:\d+:5: \/spec\/optIn\/autoInject: is \\"enabeld\\"; accepted: enabled, disabled/,
  ],
  ['nothing', () => writeFile(file, ''), /policy\.yaml: holds no InjectionPolicy/],
  [
    'half of it',
    () => writeFile(file, GOOD.slice(0, GOOD.indexOf('kind: InjectionPolicy'))),
    /holds no InjectionPolicy/,
  ],
  ['a tab', () => writeFile(file, GOOD.replace('  optIn:', '\toptIn:')), /Tabs are not allowed as indentation/],
  [
    'an unknown profile',
    () => writeFile(file, GOOD.replace('- name: envoy', '- name: enovy')),
    /\/spec\/profiles\/0\/name: is \\"enovy\\"; known profiles: envoy/,
  ],
  ['a gigantic text', () => writeFile(file, '#'.repeat(10_000_000)), /has 10000000 characters; accepted: at most/],
  ['no file at all', () => rm(file), /ENOENT/],
])('%s in place of the policy changes no decision, and is told once', async (_name, write, said) => {
  const before = await reloads('refused');
  const { revision } = (await statusOf(ASKS)) ?? {};
  await write();
  await until(async () => (await reloads('refused')) > before);
  expect(await stale()).toBe(true);
  expect(await statusOf(ASKS)).toMatchObject({ revision });
  expect(await statusOf({})).toBeUndefined();
  const told = (await readFile(pillion.log, 'utf8')).split('\n').filter((line) => line.includes('policy refused: '));
  expect(told.filter((line) => said.test(line))).toHaveLength(1);
  expect(await reloads('refused')).toBe(before + 1);
});

test('the mended file is no other policy, and a good new one takes effect for the pods that it is about', async () => {
  await writeFile(file, `# mended\n${GOOD}`);
  await until(async () => !(await stale()));
  expect(await statusOf({})).toBeUndefined();
  await writeFile(file, policyFile({ optIn: { autoInject: 'enabled' } }));
  await until(async () => (await statusOf({})) !== undefined);
  expect([await stale(), await reloads('renewed')]).toEqual([false, 2]);
  const text = await readFile(pillion.log, 'utf8');
  expect(text).toMatch(/"policy":"default","revision":"[0-9a-f]{16}","replaced":"[0-9a-f]{16}","msg":"policy renewed"/);
});

// the final state of before stands for up to a second longer than the policy: it refused such pods
test('no pod is refused while the policy takes back that silent ones are injected', async () => {
  await writeFile(file, policyFile({ optIn: { autoInject: 'enabled' } }));
  await until(async () => (await statusOf({})) !== undefined);
  // until then the API server has read the final state that is about silent pods
  await sleep(2_000);
  // the new final state follows 3 s after the policy
  const quietUntil = () => performance.now() + 6_000;
  await writeFile(file, GOOD);
  let [bare, end] = [0, quietUntil()];
  while (performance.now() < end) {
    // a pod that is refused ends the test
    if ((await statusOf({})) === undefined) bare += 1;
    else end = quietUntil();
    expect(await statusOf(ASKS)).toBeDefined();
  }
  expect(bare).toBeGreaterThan(10);
});

test('a policy whose objects the API server refuses is refused as a whole: who asked is injected, who did not is left alone', async () => {
  const before = await reloads('refused');
  const { revision } = (await statusOf(ASKS)) ?? {};
  const key = `${'a'.repeat(260)}/opt-in`;
  await writeFile(file, policyFile({ optIn: { namespaceLabel: { key, enabled: 'yes', disabled: 'no' } } }));
  await until(async () => (await reloads('refused')) > before);
  expect([await stale(), await statusOf({})]).toEqual([true, undefined]);
  expect(await statusOf(ASKS)).toMatchObject({ revision });
  expect(await readFile(pillion.log, 'utf8')).toContain(
    'policy refused: the API server refuses what this policy has to register: ',
  );
  const states = await counterOf(pillion.opsPort, 'pillion_registration_objects');
  expect([...states.keys()].filter((labels) => !labels.includes('state="kept"'))).toEqual([]);
  await writeFile(file, GOOD);
  await until(async () => !(await stale()));
});

test('a namespace label that only the new policy reads is known when it first decides', async () => {
  const gold = { ...parse(ENVOY_PROFILE), metadata: { name: 'gold' } };
  const profiles = [{ name: 'gold', namespaceSelector: { matchLabels: { tier: 'gold' } } }, { name: 'envoy' }];
  const { revision: old } = (await statusOf(ASKS)) ?? {};
  await writeFile(file, `${stringify(gold)}---\n${policyFile({ spec: { profiles } })}`);
  const seen: unknown[] = [];
  await until(async () => {
    const { profile, revision } = (await statusOf(ASKS)) ?? {};
    seen.push([revision === old ? 'old' : 'new', profile]);
    return revision !== old;
  });
  expect(seen.at(-1)).toEqual(['new', 'gold']);
});

test('what the new policy no longer asks of the API server is taken away, and comes back with it', async () => {
  const finalState = async () =>
    (await registeredObjects(cluster.api)).filter(({ metadata }) => metadata.name === 'pillion-final-state');
  expect(await finalState()).toHaveLength(2);
  await writeFile(file, policyFile({ spec: { finalState: 'Off' } }));
  await until(async () => (await finalState()).length === 0);
  await writeFile(file, GOOD);
  await until(async () => (await finalState()).length === 2);
  expect(await readFile(pillion.log, 'utf8')).not.toContain('break-glass');
});
