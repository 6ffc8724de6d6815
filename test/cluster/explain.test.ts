import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from '@jest/globals';
import type { Explanation } from '../../src/cli/explained-live.ts';
import type { NamespaceExplanation } from '../../src/cli/explained-namespace.ts';
import { SIDECAR } from '../core-fixtures/policies.ts';
import { pillion as commandLine } from '../unit/cli/command-line.ts';
import { untilInForce } from './agreement/in-force.ts';
import { deploymentText } from './deployment-text.ts';
import { eventually } from './eventually.ts';
import type { PillionProcess } from './pillion-process.ts';
import { ASKS, simplePod } from './pods.ts';
import { policyFile } from './policy-file.ts';
import { recordsIn } from './records.ts';
import { ENABLED, testCluster } from './test-cluster.ts';

const NAMESPACE = 'shop';
const cluster = testCluster({ [NAMESPACE]: ENABLED, enabled: ENABLED, misspelt: { 'istio-injection': 'enalbed' } });
let pillion: PillionProcess;

const deployment = (name: string, annotations: object, replicas = 2): string =>
  deploymentText(NAMESPACE, name, annotations, replicas);
const bare = (name: string, annotations: object = {}): string =>
  JSON.stringify({
    ...simplePod(name, { annotations: { ...annotations } }),
    metadata: { name, namespace: NAMESPACE, annotations },
  });

const apply = async (manifest: string, ...flags: string[]) =>
  expect(await cluster.controlPlane.kubectl(['apply', ...flags, '-f', '-'], manifest)).toMatchObject({ code: 0 });

const podsOf = async (app: string): Promise<string[]> => {
  const { stdout } = await cluster.controlPlane.kubectl([
    '-n',
    NAMESPACE,
    'get',
    'pods',
    '-l',
    `app=${app}`,
    '-o',
    'name',
  ]);
  return stdout.split('\n').filter((name) => name !== '');
};

beforeAll(async () => {
  pillion = await cluster.launcher.start({ register: 'https://127.0.0.1:PORT' });
  await untilInForce(cluster.api, pillion);
  await apply(deployment('web', ASKS), '--context=alice');
  await apply(deployment('worker', {}));
  await apply(bare('forged', { 'pillion.io/status': JSON.stringify({ recordId: '0123456789abcdef', injected: {} }) }));
  await apply(bare('alone', ASKS));
  await eventually('every pod is recorded', async () => {
    const records = await recordsIn(pillion.log);
    return records.filter(({ namespace, hook }) => namespace === NAMESPACE && hook === 'warn').length >= 6;
  });
});

/** Explains objects of the namespace as somebody. */
async function explained(args: readonly string[], files: Record<string, string> = {}, context = 'admin') {
  const flags = ['--kubeconfig', cluster.controlPlane.kubeconfig, '--context', context, '-n', NAMESPACE];
  return await commandLine(['explain', ...args, ...flags], { files });
}

async function explanations(args: readonly string[], files: Record<string, string> = {}): Promise<Explanation[]> {
  const { stdout, stderr } = await explained([...args, '-o', 'json'], files);
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as Explanation[];
}

test('a workload and its pod: routed by what is registered, the way up, how it stands to today, and no person by guess', async () => {
  const [pod = ''] = await podsOf('web');
  const [web, one] = await explanations(['deployments.apps/web', pod]);
  expect(web).toMatchObject({
    record: { verdict: 'inject', reason: 'opted-in' },
    routes: { from: 'cluster' },
    pods: { pods: 2, states: [{ state: 'injected', pods: 2 }], stale: [] },
    requestedBy: { from: 'managedFields', manager: 'kubectl-client-side-apply', kind: 'Deployment', name: 'web' },
  });
  expect(web?.next).toBeUndefined();
  expect(one).toMatchObject({
    record: { verdict: 'inject', reason: 'opted-in' },
    owners: [
      { kind: 'ReplicaSet', verified: 'yes' },
      { kind: 'Deployment', name: 'web', verified: 'yes' },
    ],
    running: { state: 'injected', differences: [] },
    creation: { from: 'status', policy: 'default', proof: 'same-rendering' },
  });
  expect((await explained([pod])).exit).toBe(0);
});

test.each(['log', 'audit'])(
  'the %s names alice, who applied the workload, and the decision at creation',
  async (from) => {
    const files = {
      log: await readFile(pillion.log, 'utf8'),
      audit: await readFile(cluster.controlPlane.auditLog, 'utf8'),
    };
    const [pod = ''] = await podsOf('web');
    const told = await explanations([pod, 'deploy/web', 'pod/alone', '--audit', from], files);
    const [ofPod, ofWorkload, alone] = told;
    const alice = { from: 'record', user: 'alice', operation: 'CREATE', kind: 'Deployment', name: 'web' };
    expect(ofPod?.requestedBy).toMatchObject(alice);
    expect(ofWorkload?.requestedBy).toMatchObject(alice);
    expect(alone?.requestedBy).toMatchObject({ from: 'record', user: 'admin', kind: 'Pod', name: 'alone' });
    for (const { creation } of [ofPod, alone] as Explanation[])
      expect(creation).toMatchObject({
        from: 'record',
        record: { hook: 'inject', verdict: 'inject', reason: 'opted-in' },
      });
    // the same record as on the pod
    const [byStatus] = await explanations([pod]);
    expect(recordIdOf(ofPod)).toBe(recordIdOf(byStatus));
  },
);

const recordIdOf = (one: Explanation | undefined) => (one?.creation?.from === 'nothing' ? '' : one?.creation?.recordId);

test('a status that somebody wrote is not believed, and the pod that carries it is told', async () => {
  const [forged] = await explanations(['po/forged']);
  expect(forged).toMatchObject({
    record: { verdict: 'skip', reason: 'not-opted-in' },
    running: { state: 'forged' },
    creation: { from: 'status', proof: 'contradicted' },
    next: { command: 'kubectl -n shop replace --force -f FILE' },
  });
});

const ANOTHER_IMAGE = policyFile({ profile: { sidecar: { ...SIDECAR, image: 'registry.example/envoy:next' } } });

test('another policy: each pod of the workload is stale, the image is told, and the command that mends it', async () => {
  const args = ['deploy/web', '--policy', 'policy'];
  const { exit, stdout, stderr } = await explained(args, { policy: ANOTHER_IMAGE });
  expect([exit, stderr]).toEqual([0, '']);
  expect(stdout).toContain('runs    2 of 2 pods run an older sidecar (');
  const image = `initContainers/istio-proxy/image ${SIDECAR.image} -> registry.example/envoy:next (in 2 pods)`;
  expect(stdout).toContain(image);
  expect(stdout).toContain('run     kubectl -n shop rollout restart deployment/web\n');
});

test('a mark that is taken from the template while nothing is rolled out leaves a sidecar that is not wanted', async () => {
  await apply(deployment('leaving', ASKS, 1));
  await eventually('its pod runs', async () => (await podsOf('leaving')).length === 1);
  const { kubectl } = cluster.controlPlane;
  const ofLeaving = (...args: string[]) => kubectl(['-n', NAMESPACE, ...args]);
  expect(await ofLeaving('rollout', 'pause', 'deploy/leaving')).toMatchObject({ code: 0 });
  const patch = JSON.stringify({
    spec: { template: { metadata: { annotations: { 'sidecar.istio.io/inject': null } } } },
  });
  expect(await ofLeaving('patch', 'deploy', 'leaving', '-p', patch)).toMatchObject({ code: 0 });
  const [leaving] = await explanations(['deploy/leaving']);
  expect(leaving).toMatchObject({
    record: { verdict: 'skip', reason: 'not-opted-in' },
    pods: { states: [{ state: 'unwanted', pods: 1 }] },
    // kubectl refuses to restart what is paused
    next: {
      says: 'Start the pods anew, and they run without the sidecar. Deployment leaving is paused.',
      command: 'kubectl -n shop rollout resume deployment/leaving',
    },
  });
  const { stdout } = await explained(['ns/shop', '--policy', 'policy', '-o', 'json'], { policy: ANOTHER_IMAGE });
  const [shop] = JSON.parse(stdout) as NamespaceExplanation[];
  expect(shop?.next?.says).toContain(' Deployment leaving is paused.');
  expect(shop?.next?.command).toBe('kubectl -n shop rollout restart deployment/web');
  expect(await runs(leaving?.next?.command ?? '')).toBe(0);
  await eventually('it has a pod without a sidecar', async () => {
    const [now] = await explanations(['deploy/leaving']);
    return now?.pods?.states.some(({ state }) => state === 'not-wanted') === true;
  });
  // nothing is ready in this cluster, so the other pod waits for the next change
  const [resumed] = await explanations(['deploy/leaving']);
  expect(resumed?.next?.command).toBe('kubectl -n shop rollout restart deployment/leaving');
  expect(await runs(resumed?.next?.command ?? '')).toBe(0);
  await eventually('its pod is another one', async () => {
    const [now] = await explanations(['deploy/leaving']);
    return now?.pods?.states.every(({ state }) => state === 'not-wanted') === true;
  });
});

test('a workload that does not ask: the advised command makes it ask', async () => {
  const [worker] = await explanations(['deploy/worker']);
  expect(worker?.record).toMatchObject({ verdict: 'skip', reason: 'not-opted-in' });
  expect(await runs(worker?.next?.command ?? '')).toBe(0);
  const [now] = await explanations(['deploy/worker']);
  expect(now?.record).toMatchObject({ verdict: 'inject', reason: 'opted-in' });
});

/** Carries out an advised command as a shell takes it apart. */
async function runs(command: string): Promise<number> {
  const { stdout } = await promisify(execFile)('sh', ['-c', `set -- ${command}; printf '%s\\0' "$@"`]);
  const [program, ...args] = stdout.split('\0').slice(0, -1);
  expect(program).toBe('kubectl');
  return (await cluster.controlPlane.kubectl(args)).code;
}

test('a namespace: whether it is open, who opened it, what is decided there, and the command that opens it', async () => {
  const label = ['label', 'namespace', NAMESPACE, 'istio-injection=enabled', '--overwrite', '--context=admin'];
  await cluster.controlPlane.kubectl(label);
  const { exit, stdout } = await explained(['ns/shop', 'ns/misspelt', '-o', 'json']);
  expect(exit).toBe(3);
  const [shop, misspelt] = JSON.parse(stdout) as NamespaceExplanation[];
  expect(shop).toMatchObject({ optIn: { open: true }, stamps: {} });
  expect(shop?.decisions.map(({ verdict, reason }) => `${verdict} ${reason}`)).toEqual(
    expect.arrayContaining(['inject opted-in', 'skip not-opted-in']),
  );
  expect(shop?.pods.states.map(({ state }) => state)).toEqual(expect.arrayContaining(['injected', 'forged']));
  expect(misspelt).toMatchObject({
    optIn: { open: false, reason: 'namespace-label-invalid', labels: { 'istio-injection': 'enalbed' } },
    next: { command: 'kubectl label namespace misspelt istio-injection=enabled --overwrite' },
  });
});

test('who may not read is told the command that grants it; after it, what may not be seen is rendered', async () => {
  const { kubectl, kubeconfig } = cluster.controlPlane;
  expect(await kubectl(['-n', NAMESPACE, 'create', 'serviceaccount', 'reader'])).toMatchObject({ code: 0 });
  const { stdout: token } = await kubectl(['-n', NAMESPACE, 'create', 'token', 'reader']);
  const { clusters } = JSON.parse(await readFile(kubeconfig, 'utf8'));
  const context = { cluster: clusters[0].name, user: 'reader' };
  const file = join(cluster.launcher.guard.folder, 'reader.kubeconfig');
  const users = [{ name: 'reader', user: { token: token.trim() } }];
  const contexts = [{ name: 'reader', context }];
  await writeFile(
    file,
    JSON.stringify({ apiVersion: 'v1', kind: 'Config', 'current-context': 'reader', clusters, users, contexts }),
  );
  const asReader = (...args: string[]) => commandLine(['explain', ...args, '-n', NAMESPACE, '--kubeconfig', file]);
  const refused = await asReader('deploy/web');
  expect([refused.exit, refused.stdout]).toEqual([4, '']);
  const [, command = ''] = /cannot get resource "deployments".*grants it by: (kubectl .*)/.exec(refused.stderr) ?? [];
  expect(await runs(command)).toBe(0);
  const granted = await asReader('deploy/web', 'ns/shop');
  expect(granted.stdout).toContain('route   by what this policy would register\n');
  expect(granted.stdout).toContain('Namespace shop\n');
  expect(granted.stderr).toContain('what is registered may not be read, so it is told as the policy would have it: ');
});

test('a server that decides by another policy than the one explained by is told', async () => {
  const files = { policy: policyFile({ optIn: { autoInject: 'enabled' } }) };
  const { stderr, exit } = await explained(['deploy/worker', '--policy', 'policy'], files);
  expect([exit, stderr]).toEqual([
    0,
    expect.stringContaining('what is registered is not what this policy would register'),
  ]);
});

test('with nothing registered that is said, and nobody is asked', async () => {
  await pillion.process.stop();
  const { kubectl } = cluster.controlPlane;
  const kinds =
    'mutatingwebhookconfigurations,validatingwebhookconfigurations,validatingadmissionpolicies,validatingadmissionpolicybindings';
  expect(await kubectl(['delete', kinds, '-l', 'app.kubernetes.io/managed-by=pillion'])).toMatchObject({ code: 0 });
  const { stdout, stderr } = await explained(['deploy/web', '-o', 'json']);
  expect(stderr).toContain('nothing of Pillion is registered in this cluster, so no pod gets a sidecar');
  expect((JSON.parse(stdout) as Explanation[])[0]?.routes).toMatchObject({
    from: 'cluster',
    pods: { hooks: [], policies: [] },
  });
});
