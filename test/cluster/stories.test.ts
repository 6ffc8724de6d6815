import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import { podStories } from '../../src/core/records/stories.ts';
import { pillion as commandLine } from '../unit/cli/command-line.ts';
import { untilInForce } from './agreement/in-force.ts';
import type { PillionProcess } from './pillion-process.ts';
import { ASKS, simplePod } from './pods.ts';
import { auditEventsIn, recordsIn } from './records.ts';
import { testCluster } from './test-cluster.ts';

const NAMESPACE = 'shop';

let pillion: PillionProcess;

const cluster = testCluster({ misspelt: { 'istio-injection': 'enalbed' } });

beforeAll(async () => {
  for (const name of [NAMESPACE, 'enabled'])
    await cluster.controlPlane.createNamespace(name, { 'istio-injection': 'enabled' });
  pillion = await cluster.launcher.start({ register: 'https://127.0.0.1:PORT' });
  await untilInForce(cluster.api, pillion);
});

const deployment = (name: string, image: string, annotations: object = ASKS): string => {
  const labels = { app: name };
  const { spec } = simplePod(name, { spec: { containers: [{ name: 'app', image }] } });
  return stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: NAMESPACE },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels, annotations }, spec } },
  });
};

const apply = async (manifest: string, ...flags: string[]) => {
  const outcome = await cluster.controlPlane.kubectl(['apply', ...flags, '-f', '-'], manifest);
  expect(outcome).toMatchObject({ code: 0 });
  return outcome.stderr;
};

const stories = async () => podStories(await recordsIn(pillion.log)).filter(({ namespace }) => namespace === NAMESPACE);

/** Waits until so many pods of a workload have their name and uid in the records. */
async function seen(workload: string, howMany: number) {
  for (let attempt = 0; attempt < 300; attempt++) {
    const found = (await stories()).filter(({ decision, podUid }) => podUid && decision.owner?.name === workload);
    if (found.length >= howMany) return found;
    await sleep(100);
  }
  throw new Error(`no ${howMany} pods of ${workload} in the records after 30 s`);
}

test('alice applies a Deployment: she is told at once, and the records alone tell the whole story of its pod', async () => {
  const told = await apply(deployment('web', 'registry.example/web:1'), '--context=alice');
  expect(told).toContain('Warning: pillion: deployment/web will get a sidecar, because it asks for a sidecar');
  const [story] = await seen('web', 1);
  expect(story).toMatchObject({
    namespace: NAMESPACE,
    pod: expect.stringMatching(/^web-/),
    decision: { hook: 'inject', verdict: 'inject', reason: 'opted-in', owner: { kind: 'Deployment', name: 'web' } },
    requestedBy: { user: 'alice', operation: 'CREATE', kind: 'Deployment', name: 'web' },
  });
  const log = await readFile(pillion.log, 'utf8');
  const { stdout } = await commandLine(['audit', '-f', 'log', '-n', NAMESPACE], { files: { log } });
  expect(stdout).toMatch(
    /inject {2}shop\/web-\S+ {2}opted-in: it asks for a sidecar\n +alice created Deployment\/web at /,
  );
});

test('the audit log of the API server carries the decision under stable keys, by the same record', async () => {
  const [story] = await seen('web', 1);
  const events = await auditEventsIn(cluster.controlPlane.auditLog);
  const created = events.find(
    ({ verb, objectRef, annotations }) =>
      verb === 'create' &&
      objectRef?.resource === 'pods' &&
      annotations?.['inject.pillion.io/record'] === story?.decision.recordId,
  );
  const keys = Object.keys(created?.annotations ?? {}).filter((key) => /^(inject|warn)\.pillion\.io\//.test(key));
  const common = ['checked', 'controllerUid', 'inputs', 'owner', 'policy', 'profile', 'reason', 'record', 'verdict'];
  const expected = [
    ...['patch', 'rule', ...common].map((key) => `inject.pillion.io/${key}`),
    ...['also', 'pod', 'podUid', ...common].map((key) => `warn.pillion.io/${key}`),
  ];
  expect(keys.sort()).toEqual(expected.sort());
  expect(created?.annotations).toMatchObject({
    'inject.pillion.io/verdict': 'inject',
    'inject.pillion.io/reason': 'opted-in',
    'warn.pillion.io/podUid': story?.podUid,
    'warn.pillion.io/record': story?.decision.recordId,
  });
  const applied = events.find(({ objectRef }) => objectRef?.resource === 'deployments' && objectRef.name === 'web');
  expect(applied?.annotations).toMatchObject({
    'workloads.pillion.io/verdict': 'inject',
    'workloads.pillion.io/template': expect.stringMatching(/^[0-9a-f]{16}$/),
  });
});

test('a pod that names the ReplicaSet of alice as its owner is told as its author’s own', async () => {
  const replicaSets = await cluster.controlPlane.kubectl(['get', 'replicasets', '-n', NAMESPACE, '-o', 'json']);
  const [replicaSet] = (JSON.parse(replicaSets.stdout) as { items: { metadata: { name: string; uid: string } }[] })
    .items;
  const { metadata, ...pod } = simplePod('forged', { annotations: ASKS });
  const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', ...pick(replicaSet?.metadata), controller: true };
  const forged = { ...pod, metadata: { ...(metadata as object), namespace: NAMESPACE, ownerReferences: [owner] } };
  expect(await cluster.controlPlane.kubectl(['create', '-f', '-'], JSON.stringify(forged))).toMatchObject({ code: 0 });
  const story = (await stories()).find(({ pod: name }) => name === 'forged');
  expect(story?.decision.controllerUid).toBe(owner.uid);
  expect(story?.requestedBy).toMatchObject({ user: 'admin', kind: 'Pod', name: 'forged' });
});

const pick = ({ name, uid }: { name: string; uid: string } = { name: '', uid: '' }) => ({ name, uid });

test('after somebody else changes the image, each pod is told by the change that brought its template', async () => {
  await apply(deployment('web', 'registry.example/web:2'), '--context=admin');
  const found = await seen('web', 2);
  const asked = found.map(({ requestedBy }) => `${requestedBy?.user} ${requestedBy?.operation}`);
  expect(asked.sort()).toEqual(['admin UPDATE', 'alice CREATE']);
});

test('a trial tells the same and leaves no story', async () => {
  const before = (await stories()).length;
  const told = await apply(deployment('trial', 'registry.example/web:1', {}), '--dry-run=server');
  expect(told).toContain(
    'Warning: pillion: deployment/trial will get no sidecar, because it does not ask for a sidecar.',
  );
  expect(await stories()).toHaveLength(before);
});

test('a mark on a running pod is answered', async () => {
  const [story] = await seen('web', 1);
  const annotate = [
    'annotate',
    'pod',
    story?.pod ?? '',
    'sidecar.istio.io/inject=false',
    '--overwrite',
    '-n',
    NAMESPACE,
  ];
  const { stderr } = await cluster.controlPlane.kubectl(annotate);
  expect(stderr).toContain('pillion: sidecar.istio.io/inject of a running pod has no effect');
});
