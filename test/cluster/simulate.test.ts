import { readFile } from 'node:fs/promises';
import { beforeAll, expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import type { Simulation } from '../../src/core/simulation/tally.ts';
import { pillion as commandLine } from '../unit/cli/command-line.ts';
import { untilInForce } from './agreement/in-force.ts';
import { deploymentText } from './deployment-text.ts';
import { eventually } from './eventually.ts';
import { ownKinds, POLICIES, PROFILES } from './own-kinds.ts';
import type { PillionProcess } from './pillion-process.ts';
import { ASKS, simplePod } from './pods.ts';
import { recordsIn } from './records.ts';
import { ENABLED, testCluster } from './test-cluster.ts';

const NAMESPACE = 'shop';
const cluster = testCluster({ [NAMESPACE]: ENABLED, enabled: ENABLED, misspelt: { 'istio-injection': 'enalbed' } });
let pillion: PillionProcess;

const deployment = (name: string, annotations: object, replicas = 2): string =>
  deploymentText(NAMESPACE, name, annotations, replicas);

const inShop = (pod: Record<string, unknown>): string => {
  const metadata = { ...(pod.metadata as object), namespace: NAMESPACE };
  return JSON.stringify({ ...pod, metadata });
};

beforeAll(async () => {
  pillion = await cluster.launcher.start({ register: 'https://127.0.0.1:PORT' });
  await untilInForce(cluster.api, pillion);
  const debug = { ...ASKS, 'sidecar.istio.io/logLevel': 'debug' };
  const { kubectl } = cluster.controlPlane;
  for (const manifest of [
    deployment('web', ASKS),
    deployment('worker', {}),
    deployment('loud', debug, 1),
    inShop(simplePod('alone', { annotations: ASKS })),
    inShop(simplePod('silent')),
  ])
    expect(await kubectl(['apply', '-f', '-'], manifest)).toMatchObject({ code: 0 });
  // the pods of a Deployment come after it
  await eventually('every pod is recorded', async () => {
    const records = await recordsIn(pillion.log);
    const decided = records.filter(({ namespace, hook }) => namespace === NAMESPACE && hook === 'warn');
    return decided.length >= 7;
  });
});

const policy = (spec: object) =>
  stringify({ apiVersion: 'pillion.io/v1alpha1', kind: 'InjectionPolicy', metadata: { name: 'default' }, spec });

async function simulated(spec: object, args: readonly string[], files: Record<string, string> = {}) {
  const { exit, stdout, stderr } = await commandLine(['simulate', '--policy', 'new', '-o', 'json', ...args], {
    files: { new: policy(spec), ...files },
  });
  if (exit > 1) throw new Error(stderr);
  const simulation = JSON.parse(stdout) as Simulation;
  const told = simulation.changes
    .filter(({ namespace }) => namespace === NAMESPACE)
    .map(({ kind, name, pods, change }) => `${kind}/${name} ${pods} ${change}`);
  return { ...simulation, exit, told };
}

const inCluster = () => ['--kubeconfig', cluster.controlPlane.kubeconfig];
const changed = { optIn: { autoInject: 'enabled' }, overrides: { allow: [] } };

test('under the policy in force nothing in the cluster changes, also for pods that carry their sidecar', async () => {
  const { exit, counts } = await simulated({}, inCluster());
  expect(exit).toBe(0);
  expect(counts).toMatchObject({ unknown: 0, examined: counts.unchanged });
  expect(counts.examined).toBeGreaterThanOrEqual(7);
});

test('each workload is told once with its pods, and a pod that belongs to none by itself', async () => {
  const { exit, told } = await simulated(changed, inCluster());
  expect(exit).toBe(1);
  expect(told).toEqual(['Deployment/loud 1 refused', 'Deployment/worker 2 gain', 'Pod/silent 1 gain']);
});

test('another image is another sidecar, and the place is told', async () => {
  const profile = stringify({
    ...{ apiVersion: 'pillion.io/v1alpha1', kind: 'SidecarProfile', metadata: { name: 'envoy' } },
    spec: { kind: 'Envoy', sidecar: { image: 'registry.example/envoy:2' } },
  });
  const { changes, told } = await simulated({}, ['--profile', 'envoy', ...inCluster()], { envoy: profile });
  expect(told).toEqual(['Deployment/loud 1 different', 'Deployment/web 2 different', 'Pod/alone 1 different']);
  expect(changes[0]?.differences).toMatchObject([
    { at: 'initContainers/istio-proxy/image', after: 'registry.example/envoy:2' },
  ]);
});

test('the records of the server give their own decisions under its policy, and name what another one would change', async () => {
  const log = await readFile(pillion.log, 'utf8');
  const same = await simulated({}, ['--audit', 'log'], { log });
  expect(same).toMatchObject({ exit: 0, changes: [], unknown: [] });
  expect(same.counts.examined).toBeGreaterThanOrEqual(7);
  const other = await simulated(changed, ['--audit', 'log'], { log });
  expect(other.told).toEqual(['Deployment/loud 1 refused']);
  const unknown = other.unknown.map(({ name, missing, unless }) => `${name} ${missing} ${unless?.verdict}`);
  expect(unknown).toEqual(
    expect.arrayContaining(['silent the pod’s containers inject', 'worker the pod’s containers inject']),
  );
});

test('so does the audit log of the API server', async () => {
  const log = await readFile(cluster.controlPlane.auditLog, 'utf8');
  const same = await simulated({}, ['--audit', 'log'], { log });
  expect(same).toMatchObject({ exit: 0, changes: [] });
  expect(same.counts.unchanged).toBeGreaterThanOrEqual(7);
  const { told } = await simulated(changed, ['--audit', 'log'], { log });
  expect(told).toContain('Deployment/loud 1 refused');
});

test('a cluster with InjectionPolicies is compared with what they say, and a new one may name its profiles', async () => {
  await ownKinds(cluster.api);
  const object = (kind: string, name: string, spec: object) => ({
    ...{ apiVersion: 'pillion.io/v1alpha1', kind, metadata: { name }, spec },
  });
  // what the server of this test decides by stands in no file
  for (const [path, one] of [
    [PROFILES, object('SidecarProfile', 'canary', { kind: 'Envoy', sidecar: { image: 'registry.example/envoy:3' } })],
    [POLICIES, object('InjectionPolicy', 'default', { optIn: { autoInject: 'enabled' } })],
  ] as const)
    expect((await cluster.api.call('POST', path, one)).status).toBe(201);
  const same = await simulated({ optIn: { autoInject: 'enabled' } }, inCluster());
  expect(same).toMatchObject({ exit: 0, changes: [] });
  const shown = await commandLine(['policy', 'show', '--from-cluster', '-o', 'json', ...inCluster()], {});
  expect(JSON.parse(shown.stdout)).toMatchObject({ policy: { spec: { optIn: { autoInject: 'enabled' } } } });
  const exported = await commandLine(
    ['policy', 'export', '--as', 'MutatingAdmissionPolicy', '--from-cluster', ...inCluster()],
    {},
  );
  expect(exported.stdout).toContain(`revision ${JSON.parse(shown.stdout).revision}`);
  expect(exported.stderr).not.toContain('built-in policy');
  const { told } = await simulated({ profiles: [{ name: 'canary' }] }, inCluster());
  expect(told).toEqual(
    expect.arrayContaining(['Deployment/web 2 different', 'Deployment/worker 2 lose', 'Pod/silent 1 lose']),
  );
});

test('a context that does not exist ends with 4', async () => {
  const args = ['simulate', '--policy', 'new', '--context', 'nobody', ...inCluster()];
  const { exit, stderr } = await commandLine(args, { files: { new: policy({}) } });
  expect([exit, stderr]).toEqual([4, expect.stringContaining('there is no context "nobody"')]);
});
