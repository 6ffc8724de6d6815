import { readFile } from 'node:fs/promises';
import { beforeAll, expect, test } from '@jest/globals';
import type { Finding } from '../../src/core/records/verify/finding.ts';
import type { Counts } from '../../src/core/records/verify/record-verifier.ts';
import { AUDITED_WHOLE } from '../controlplane/files.ts';
import { pillion as commandLine } from '../unit/cli/command-line.ts';
import { untilInForce } from './agreement/in-force.ts';
import { eventually } from './eventually.ts';
import type { PillionProcess } from './pillion-process.ts';
import { ASKS, simplePod } from './pods.ts';
import { recordsIn } from './records.ts';
import { ENABLED, testCluster } from './test-cluster.ts';

const NAMESPACE = 'shop';
const cluster = testCluster({
  misspelt: { 'istio-injection': 'enalbed' },
  enabled: ENABLED,
  [NAMESPACE]: ENABLED,
  [AUDITED_WHOLE]: ENABLED,
});

let replicas: readonly PillionProcess[];

const deployment = (name: string): object => {
  const labels = { app: name };
  const { spec } = simplePod(name);
  const template = { metadata: { labels, annotations: ASKS }, spec };
  const metadata = { name, annotations: { 'sidecar.istio.io/inject': 'true' } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata,
    spec: { replicas: 2, selector: { matchLabels: labels }, template },
  };
};

async function apply(object: object, namespace: string, ...flags: string[]): Promise<void> {
  const told = await cluster.controlPlane.kubectl(
    ['apply', '-n', namespace, '-f', '-', ...flags],
    JSON.stringify(object),
  );
  expect(told).toMatchObject({ code: 0 });
}

beforeAll(async () => {
  const { api, controlPlane, launcher } = cluster;
  const first = await launcher.start({ register: 'https://127.0.0.1:PORT' });
  replicas = [first];
  await untilInForce(api, first);
  for (const namespace of [NAMESPACE, AUDITED_WHOLE]) {
    await apply(deployment('web'), namespace);
    await apply(deployment('tried'), namespace, '--dry-run=server');
    await apply(deployment('applied'), namespace, '--server-side');
    await apply(deployment('alices'), namespace, '--context=alice');
    const pods = `/api/v1/namespaces/${namespace}/pods`;
    // skipped, refused by us, refused by somebody else after us, and with a name that is made
    await api.call('POST', pods, simplePod('silent'));
    await api.call('POST', pods, simplePod('loud', { annotations: { ...ASKS, 'sidecar.istio.io/logLevel': 'loud' } }));
    await api.call(
      'POST',
      pods,
      simplePod('homeless', {
        annotations: ASKS,
        spec: { priorityClassName: 'none', containers: [{ name: 'app', image: 'a' }] },
      }),
    );
    await api.call('POST', pods, { ...simplePod(''), metadata: { generateName: 'made-', annotations: ASKS } });
    await controlPlane.kubectl([
      'annotate',
      '-n',
      namespace,
      'deployment/web',
      'sidecar.istio.io/inject=false',
      '--overwrite',
    ]);
  }
  await api.call('PATCH', '/api/v1/namespaces/misspelt', { metadata: { labels: { 'istio-injection': 'enabeld' } } });
  // the last: what comes after it is not judged
  await eventually('the pods of every Deployment are recorded', async () => {
    const seen = (await recordsIn(first.log)).filter(
      ({ hook, owner }) => hook === 'warn' && owner?.kind === 'Deployment',
    );
    return seen.length >= 12;
  });
  await api.call('POST', `/api/v1/namespaces/${NAMESPACE}/pods`, simplePod('last'));
});

/** What `audit verify` says to the records, changed line by line, and the audit log as it is. */
async function verified(change: (lines: string[]) => string[] = (lines) => lines) {
  const [replica] = replicas;
  if (replica === undefined) throw new Error('no replica runs');
  const lines = change((await readFile(replica.log, 'utf8')).trimEnd().split('\n'));
  const files = { records: `${lines.join('\n')}\n`, audit: await readFile(cluster.controlPlane.auditLog, 'utf8') };
  const flags = ['audit', 'verify', '--records', 'records', '--audit-log', 'audit', '--clock-skew', '0', '-o', 'json'];
  const { exit, stdout, stderr } = await commandLine(flags, { files });
  expect(stderr).toBe('');
  return { exit, ...(JSON.parse(stdout) as { hooks: Record<string, Counts>; findings: Finding[] }) };
}

test('what a replica recorded is what the API server’s audit log tells, at every level and however a request ended', async () => {
  const { exit, hooks, findings } = await verified();
  expect(findings).toEqual([]);
  expect(exit).toBe(0);
  for (const hook of ['inject', 'warn', 'workloads', 'namespaces'])
    expect(hooks[hook]).toMatchObject({ missing: 0, extra: 0, changed: 0 });
  expect(hooks.inject?.equal).toBeGreaterThanOrEqual(16);
  expect(hooks.warn?.equal).toBeGreaterThanOrEqual(16);
  expect(hooks.workloads?.equal).toBeGreaterThanOrEqual(16);
});

/** The line of the record of a pod of this name prefix at a hook. */
const isOf = (hook: string, name: string) => (line: string) => {
  const { hook: at, owner, namespace } = line.startsWith('{') ? JSON.parse(line) : {};
  return at === hook && owner?.name === name && namespace === NAMESPACE;
};

test('a line that was taken away, one that was added and one that was changed are named, and no other', async () => {
  const isInjected = isOf('inject', 'web');
  const isSeen = isOf('warn', 'alices');
  const { exit, findings } = await verified((lines) => {
    const taken = lines.findIndex(isInjected);
    const changed = lines.findIndex(isSeen);
    const copied = lines.findIndex(isOf('inject', 'alices'));
    const edited = JSON.stringify({ ...JSON.parse(lines[changed] ?? ''), user: 'mallory', reason: 'opted-out' });
    const forged = JSON.stringify({ ...JSON.parse(lines[copied] ?? ''), uid: 'forged', recordId: '0123456789abcdef' });
    const kept = lines.map((line, n) => (n === changed ? edited : line)).filter((_, n) => n !== taken);
    return [...kept.slice(0, copied), forged, ...kept.slice(copied)];
  });
  expect(exit).toBe(1);
  expect(findings).toHaveLength(3);
  const found = (kind: Finding['kind']) => findings.find((finding) => finding.kind === kind);
  expect(found('missing')).toMatchObject({
    hook: 'inject',
    namespace: NAMESPACE,
    about: 'Deployment/web',
    auditId: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
  expect(found('extra')).toMatchObject({ recordId: '0123456789abcdef', about: 'Deployment/alices' });
  const change = found('changed');
  expect(change?.kind === 'changed' && change.fields.map(({ field }) => field)).toEqual(['reason', 'user']);
  expect(change?.kind === 'changed' && change.fields[1]).toMatchObject({
    audited: expect.stringContaining('replicaset-controller'),
    recorded: 'mallory',
  });
});
