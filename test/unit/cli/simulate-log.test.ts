import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import { admitted, recorded } from '../../core-fixtures/admissions.ts';
import { askingPod, ownedBy, type PodJson, podWith } from '../../core-fixtures/pods.ts';
import { policyWith } from '../../core-fixtures/policies.ts';
import { pillion } from './command-line.ts';

const policy = (spec: object): string =>
  stringify({ apiVersion: 'pillion.io/v1alpha1', kind: 'InjectionPolicy', metadata: { name: 'default' }, spec });
const lines = (...values: object[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join('');
const simulate = (log: string, spec: object, ...args: string[]) =>
  pillion(['simulate', '--policy', 'new.yaml', '--audit', 'log', ...args], {
    files: { log, 'new.yaml': policy(spec), 'old.yaml': policy({}) },
  });

const web = ownedBy('StatefulSet', 'web', askingPod({ 'sidecar.istio.io/proxyCPU': '1' }));
const silent = ownedBy('DaemonSet', 'agent', podWith({ metadata: { labels: { app: 'agent' } } }));

test('records: what would be decided is told by owner, and what they lack is named and not guessed', async () => {
  const log = lines(recorded(web), recorded(web, { uid: 'b' }), recorded(silent, { hook: 'warn', uid: 'c' }));
  const spec = {
    optIn: { autoInject: 'enabled' },
    overrides: { allow: [{ key: 'sidecar.istio.io/proxyCPU', max: '500m' }] },
  };
  const { exit, stdout, stderr } = await simulate(log, spec);
  expect([exit, stderr]).toEqual([1, '']);
  expect(stdout).toBe(`2 pods of 1 owner would be refused
whose                 pods  before           after
shop StatefulSet/web  2     inject opted-in  deny override-out-of-bounds

1 pod of 1 owner cannot be decided about
whose                 pods  before             what is missing
shop DaemonSet/agent  1     skip not-opted-in  the pod’s containers
                                               otherwise inject auto-inject

3 examined: 0 unchanged, 0 would gain, 0 lose, 2 be refused, 0 look different, 1 unknown
`);
});

test.each<[string, object, string]>([
  ['a pod label', { alwaysInject: [{ matchLabels: { team: 'a' } }] }, 'pod label team'],
  ['a namespace label', { optIn: { namespaceLabel: { key: 'env' } } }, 'namespace label env'],
  ['another mark', { optIn: { podKey: 'mesh.example/inject' } }, 'pod label mesh.example/inject'],
])('%s that nobody looked for is missing', async (_, spec, missing) => {
  const { stdout, exit } = await simulate(lines(recorded(silent, { hook: 'warn' })), spec, '-o', 'json');
  expect(exit).toBe(3);
  expect(JSON.parse(stdout).unknown[0].missing[0]).toBe(missing);
});

test('a log of which no pod can be decided about says nothing of the policy, and ends so', async () => {
  const spec = { alwaysInject: [{ matchLabels: { team: 'a' } }] };
  const { exit, stderr } = await simulate(lines(recorded(silent, { hook: 'warn' })), spec);
  expect([exit, stderr]).toEqual([3, expect.stringContaining('none of the pods can be decided about')]);
  const known = await simulate(lines(recorded(silent, { hook: 'warn' })), {});
  expect([known.exit, known.stderr]).toEqual([0, '']);
});

test('of more keys than a record lists none is guessed', async () => {
  const always = Array.from({ length: 70 }, (_, index) => ({ matchLabels: { [`key-${index}`]: 'yes' } }));
  const pod = ownedBy('DaemonSet', 'agent', podWith({ metadata: { labels: { app: 'agent', 'key-69': 'yes' } } }));
  const logged = policyWith({ spec: { alwaysInject: always.slice(0, 64) } });
  const log = lines(recorded(pod, { hook: 'warn', policy: logged }));
  const { exit, stdout } = await simulate(log, { alwaysInject: always }, '-o', 'json');
  expect(exit).toBe(3);
  expect(JSON.parse(stdout).unknown[0].missing[0]).toBe('pod label key-64');
});

test('with --strict a pod that cannot be decided about is no pass', async () => {
  const log = lines(recorded(web), recorded(silent, { hook: 'warn', uid: 'c' }));
  const spec = { alwaysInject: [{ matchLabels: { team: 'a' } }] };
  expect((await simulate(log, spec)).exit).toBe(0);
  expect((await simulate(log, spec, '--strict')).exit).toBe(1);
  expect((await simulate(log, {}, '--strict')).exit).toBe(0);
});

test.each([
  ['is empty', ''],
  ['cannot be read', '{"half\n'],
  ['is of something else', lines({ level: 30, msg: 'ready' })],
])('a log that %s is refused: nothing was tried', async (_, log) => {
  const { exit, stdout, stderr } = await simulate(log, { optIn: { autoInject: 'enabled' } });
  expect([exit, stdout]).toEqual([2, '']);
  expect(stderr).toContain('no line of log decides about a pod; give the records of `pillion serve`');
});

test('under the policy of the log nothing changes, whatever was decided', async () => {
  const pods = [web, silent, askingPod({ 'sidecar.istio.io/logLevel': 'loud' }), askingPod({}, { hostNetwork: true })];
  // a pod that is left alone is recorded where its creation ends
  const hooks = ['inject', 'warn', 'inject', 'warn'] as const;
  const log = lines(...pods.map((pod, index) => recorded(pod, { uid: `${index}`, hook: hooks[index] ?? 'inject' })));
  const { stdout, exit } = await simulate(log, {});
  expect([exit, stdout]).toEqual([
    0,
    '4 examined: 4 unchanged, 0 would gain, 0 lose, 0 be refused, 0 look different\n',
  ]);
});

test('a profile that has changed is told, though nothing is rendered', async () => {
  const profile = {
    ...{ apiVersion: 'pillion.io/v1alpha1', kind: 'SidecarProfile', metadata: { name: 'envoy' } },
    spec: { kind: 'Envoy', sidecar: { image: 'registry.example/envoy:2' } },
  };
  const files = { log: lines(recorded(web)), 'new.yaml': policy({}), 'envoy.yaml': stringify(profile) };
  const args = ['simulate', '--policy', 'new.yaml', '--profile', 'envoy.yaml', '--audit', 'log', '-o', 'json'];
  const { stdout } = await pillion(args, { files });
  expect(JSON.parse(stdout).changes).toMatchObject([{ change: 'different', differences: [{ at: 'profile envoy' }] }]);
});

test('lines that decide nothing about a pod are counted by kind, and broken ones named by file and line', async () => {
  const record = recorded(web);
  const log = lines(
    { level: 30, msg: 'ready' },
    record,
    { ...record, dryRun: true },
    { ...record, hook: 'namespaces' },
    { ...recorded(web, { hook: 'warn' }), reason: 'already-injected', verdict: 'skip' },
    { ...record, schema: 'pillion.io/decision-record/v9' },
    { version: '1.1', _schema: record.schema },
  );
  const { stdout, stderr } = await simulate(`${log}{"half\n`, {}, '-o', 'json');
  const result = JSON.parse(stdout);
  expect(result.lines).toMatchObject({ read: 8, broken: 3, passedOver: { second: 1, hook: 1, trial: 1, foreign: 1 } });
  expect(result.counts.examined).toBe(1);
  expect(stderr).toBe(`3 lines could not be read and are left out:
  log:6: /schema: is "pillion.io/decision-record/v9"; this version reads pillion.io/decision-record/v1: use the Pillion that wrote it
  log:7: is a record as a GELF message, which has not all of it; take those of --record-format json
  log:8: is not JSON: it is cut off
lines passed over:
  1 of pods that another record decides about
  1 about other objects than pods
  1 of trials (dry run)
  1 of another kind
`);
});

test('a log may be packed and as kubectl logs prints it, and a line of any length is passed over', async () => {
  const text = `[pod/pillion-7d9f-x2x/pillion] ${lines(recorded(web))}{"a":"${'x'.repeat(4 * 1024 * 1024)}"}\n`;
  const args = ['simulate', '--policy', 'new.yaml', '--audit', 'log', '-o', 'json'];
  const { stdout, stderr } = await pillion(args, {
    files: { 'new.yaml': policy({}) },
    bytes: { log: gzipSync(text) },
  });
  expect(JSON.parse(stdout)).toMatchObject({ counts: { examined: 1 }, lines: { read: 2, broken: 1 } });
  expect(stderr).toContain('log:2: has 4194313 bytes; a line of at most 4 MiB is read');
});

/** An event of the API server’s audit log, with what the hook wrote into it. */
function event(pod: PodJson, level: string, annotated = true, hook: 'inject' | 'warn' = 'inject') {
  const written = admitted(pod, { hook }).review.response.auditAnnotations ?? {};
  const annotations = Object.entries(written).map(([key, value]) => [`${hook}.pillion.io/${key}`, value]);
  return {
    ...{ kind: 'Event', apiVersion: 'audit.k8s.io/v1', level, stage: 'ResponseComplete', verb: 'create' },
    ...{ requestURI: '/api/v1/namespaces/shop/pods', objectRef: { resource: 'pods', namespace: 'shop', name: 'web' } },
    annotations: annotated ? Object.fromEntries(annotations) : {},
    ...(level === 'Metadata' ? {} : { requestObject: pod }),
  };
}

test('the audit log of the API server: the whole object decides, else what the hooks wrote', async () => {
  const auto = { optIn: { autoInject: 'enabled' } };
  const whole = await simulate(lines(event(silent, 'RequestResponse', true, 'warn')), auto, '-o', 'json');
  expect(JSON.parse(whole.stdout).changes).toMatchObject([
    {
      change: 'gain',
      kind: 'DaemonSet',
      name: 'agent',
      before: { reason: 'not-opted-in' },
      after: { profile: 'envoy' },
    },
  ]);
  const spec = { overrides: { allow: [] } };
  const written = await simulate(lines(event(web, 'Metadata')), spec, '-o', 'json');
  expect(JSON.parse(written.stdout).changes).toMatchObject([
    { change: 'refused', name: 'web', before: { reason: 'opted-in' }, after: { reason: 'override-forbidden' } },
  ]);
  const bare = await simulate(lines(event(web, 'Metadata', false)), spec, '-o', 'json');
  expect(JSON.parse(bare.stdout).unknown).toMatchObject([
    { missing: ['the pod: an event of level Metadata without what Pillion’s hooks write'] },
  ]);
});

test('an object of whose namespace the log says nothing needs the flag', async () => {
  const log = lines(event(silent, 'Request', false));
  const spec = { optIn: { autoInject: 'enabled' } };
  const untold = await simulate(log, spec, '-o', 'json');
  expect(JSON.parse(untold.stdout).unknown[0].missing[0]).toBe('label istio-injection of namespace shop');
  const told = await simulate(log, spec, '--against', 'old.yaml', '--namespace-label', 'istio-injection=enabled');
  expect(told.stdout).toContain('1 would gain');
});

test('other events and trials are passed over', async () => {
  const made = event(web, 'Request');
  const log = lines(
    { ...made, stage: 'RequestReceived' },
    { ...made, verb: 'delete' },
    { ...made, objectRef: { resource: 'pods', subresource: 'binding' } },
    { ...made, requestURI: '/api/v1/namespaces/shop/pods?dryRun=All' },
    made,
  );
  const { stdout } = await simulate(log, {}, '-o', 'json');
  expect(JSON.parse(stdout).lines.passedOver).toEqual({ second: 0, hook: 3, trial: 1, foreign: 0 });
});
