import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { FIT_CHECKS } from '../../../src/core/compatibility/fit-checks.ts';
import { NOT_FINDINGS } from '../../../src/core/compatibility/not-findings.ts';
import { FIT090 } from '../../../src/core/compatibility/suppressions.ts';
import { DENY_CHECKS } from '../../../src/core/decision/checks/index.ts';
import { pillion } from '../cli/command-line.ts';

const CHECKS = [...FIT_CHECKS, FIT090];

test('the codes are in order, each once, and each says what it is about', () => {
  const codes = CHECKS.map(({ code }) => code);
  expect(codes).toEqual([...new Set(codes)].toSorted());
  for (const { title, remedy, why } of CHECKS)
    for (const text of [title, remedy, why]) expect(text).toMatch(/^(?:[A-Z]|docs\/).*\.$/);
});

const SHOWN = [
  ...CHECKS.flatMap(({ shownBy = [] }) => shownBy),
  ...NOT_FINDINGS.flatMap(({ shownBy }) => (shownBy ? [shownBy] : [])),
];

test.each(SHOWN)('%s has the test that shows it: %s', (file, name) => {
  const text = readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8');
  expect(['test', 'describe'].some((word) => text.includes(`${word}('${name}', `))).toBe(true);
});

test('what asks for a change is shown by a test, or says where it is known from', () => {
  const asking = CHECKS.filter(({ severity }) => severity !== 'note');
  expect(asking.filter(({ shownBy, from }) => shownBy === undefined && from === undefined)).toEqual([]);
});

test('whatever a decision refuses is asked by a check that nobody can suppress', () => {
  const files = new Map(
    CHECKS.filter(({ suppressible }) => suppressible === false).map(({ code }) => [
      code,
      // that of the suppressions is no check of its own file
      code === FIT090.code
        ? ''
        : readFileSync(new URL(`../../../src/core/compatibility/${code}.ts`, import.meta.url), 'utf8'),
    ]),
  );
  const texts = [...files.values()].join('\n');
  expect(DENY_CHECKS.map(({ name }) => name).filter((name) => !texts.includes(name))).toEqual([]);
});

const deployment = (
  spec: object,
  more: { annotations?: object; template?: object; replicas?: number; strategy?: object } = {},
) =>
  JSON.stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'shop', annotations: more.annotations },
    spec: {
      replicas: more.replicas,
      strategy: more.strategy,
      template: { metadata: { labels: { app: 'web', version: '1' }, annotations: more.template }, spec },
    },
  });
const app = (more: object = {}) => ({ containers: [{ name: 'web', image: 'example.com/web:1', ...more }] });

const ISTIO =
  'kind: InjectionPolicy\napiVersion: pillion.io/v1alpha1\nmetadata: {name: i}\nspec: {profiles: [{name: istio}]}';

/** What is found, as `FIT020 /path`. */
async function found(objects: string | readonly string[], args: readonly string[] = []): Promise<string[]> {
  const text = typeof objects === 'string' ? objects : objects.join('\n---\n');
  const files = { 'w.yaml': text, 'istio.yaml': ISTIO };
  const { stdout, stderr } = await pillion(['check', '-f', 'w.yaml', '-o', 'json', ...args], { files });
  expect(stderr).toBe('');
  const { workloads } = JSON.parse(stdout) as {
    readonly workloads: readonly { readonly findings: readonly { readonly code: string; readonly path: string }[] }[];
  };
  return workloads.flatMap(({ findings }) => findings.map(({ code, path }) => `${code} ${path}`));
}
const WITH_ISTIO = ['--policy', 'istio.yaml', '--skip', 'FIT033'];

const service = (ports: readonly object[], more: object = {}) =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'shop' },
    spec: { selector: { app: 'web' }, ports, ...more },
  });

describe('is silent about what works', () => {
  test.each<[string, string | readonly string[], readonly string[]]>([
    [
      'a client of another host',
      deployment(app({ args: ['--host=db'], env: [{ name: 'DB_HOST', value: 'localhost' }] })),
      [],
    ],
    [
      'loopback to which no Service leads',
      deployment(app({ args: ['--listen=127.0.0.1:9000'], ports: [{ containerPort: 8080 }] })),
      [],
    ],
    ['the token is not mounted', deployment({ ...app(), automountServiceAccountToken: false }), WITH_ISTIO],
    ['HTTP/1.0 before a plain Envoy', deployment(app({ args: ['--http1.0'] })), []],
    ['a declared protocol', [deployment(app()), service([{ name: 'tcp-imap', port: 143 }])], WITH_ISTIO],
    [
      'another application’s Service',
      [deployment(app()), service([{ port: 143 }], { selector: { app: 'db' } })],
      WITH_ISTIO,
    ],
    [
      'a Service of another namespace',
      [deployment(app()), service([{ port: 143 }]).replace('"shop"', '"other"')],
      WITH_ISTIO,
    ],
    ['an image with envoy in its name', deployment(app({ image: 'example.com/envoy/report:1' })), []],
    ['a longer grace period', deployment({ ...app(), terminationGracePeriodSeconds: 1 }), []],
    ['a policy of ingress alone', [deployment(app()), networkPolicy({ ingress: [] })], WITH_ISTIO],
    [
      'egress to a range with the port',
      [
        deployment(app()),
        networkPolicy({ policyTypes: ['Egress'], egress: [{ ports: [{ port: 15000, endPort: 15020 }] }] }),
      ],
      WITH_ISTIO,
    ],
    ['a quota with scopes', [deployment(app()), quota({ hard: { 'requests.cpu': '1m' }, scopes: ['BestEffort'] })], []],
    [
      'a quota of something else',
      [deployment(app()), quota({ hard: { pods: '1', 'count/secrets': '1', 'requests.storage': '1' } })],
      [],
    ],
    ['a quota with room', [deployment(app()), quota({ hard: { 'requests.cpu': '100m' } })], []],
  ])('%s', async (_, objects, args) => {
    expect(await found(objects, args)).toEqual([]);
  });
});

function networkPolicy(spec: object): string {
  return JSON.stringify({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'p', namespace: 'shop' },
    spec: { podSelector: {}, ...spec },
  });
}
function quota(spec: object): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'q', namespace: 'shop' }, spec });
}

const limitRange = (limit: object): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'LimitRange',
    metadata: { name: 'r', namespace: 'shop' },
    spec: { limits: [{ type: 'Container', ...limit }] },
  });

const daemonSet = (status: object) => JSON.stringify({ ...JSON.parse(deployment(app())), kind: 'DaemonSet', status });

test.each<[object, readonly string[]]>([
  [{}, ['FIT015 /spec/hard/requests.cpu']],
  [{ rollingUpdate: { maxSurge: 1, maxUnavailable: '50%' } }, ['FIT015 /spec/hard/requests.cpu']],
  [{ type: 'Recreate' }, []],
  [{ rollingUpdate: { maxUnavailable: 1 } }, []],
  [{ rollingUpdate: { maxSurge: 0 } }, []],
])('a quota without room for a pod beside the one that it replaces, under %j', async (strategy, expected) => {
  const one = app({ resources: { requests: { cpu: '1' } } });
  const tight = {
    ...JSON.parse(quota({ hard: { 'requests.cpu': '2050m' } })),
    status: { used: { 'requests.cpu': '1' } },
  };
  expect(await found([deployment(one, { strategy }), JSON.stringify(tight)], [])).toEqual(expected);
});

describe('speaks on evidence', () => {
  test.each<[string, string | readonly string[], readonly string[], readonly string[]]>([
    [
      'a quota a little too small',
      [deployment(app()), quota({ hard: { 'requests.cpu': '99m' } })],
      [],
      ['FIT015 /spec/hard/requests.cpu'],
    ],
    [
      'a limit too far above its request',
      [deployment(app()), limitRange({ maxLimitRequestRatio: { cpu: '19' } })],
      ['--only', 'FIT016'],
      ['FIT016 /spec/limits/0/maxLimitRequestRatio/cpu'],
    ],
    [
      'a quota of amounts that a LimitRange gives, and that there are too few of',
      [
        deployment(app()),
        quota({ hard: { 'limits.ephemeral-storage': '1Mi' } }),
        limitRange({ default: { 'ephemeral-storage': '1Mi' } }),
      ],
      ['--only', 'FIT015'],
      ['FIT015 /spec/hard/limits.ephemeral-storage'],
    ],
    [
      'a DaemonSet on as many nodes as its status says',
      [daemonSet({ desiredNumberScheduled: 3 }), quota({ hard: { 'requests.cpu': '299m' } })],
      [],
      ['FIT015 /spec/hard/requests.cpu'],
    ],
    [
      'replicas count',
      [deployment(app(), { replicas: 2 }), quota({ hard: { cpu: '150m' } })],
      [],
      ['FIT015 /spec/hard/cpu'],
    ],
    [
      'a flag and its value',
      [
        deployment(app({ args: ['--bind', 'localhost:8080'], ports: [{ containerPort: 8080 }] })),
        service([{ port: 80, targetPort: 8080 }]),
      ],
      [],
      ['FIT023 /spec/template/spec/containers/0/args/1'],
    ],
    [
      'hostNetwork under a suppression',
      deployment(
        { ...app(), hostNetwork: true },
        { annotations: { 'compatibility.pillion.io/suppress': 'FIT001: known' } },
      ),
      [],
      ['FIT001 /spec/template/spec/hostNetwork', 'FIT090 /metadata/annotations/compatibility.pillion.io~1suppress'],
    ],
    [
      'one check alone',
      deployment({ ...app(), hostNetwork: true, hostPID: true }),
      ['--only', 'FIT037'],
      ['FIT037 /spec/template/spec/hostPID'],
    ],
    ['what is no pod', deployment({ containers: [] }), [], ['FIT018 /spec/template/spec/containers']],
  ])('%s', async (_, objects, args, expected) => {
    expect(await found(objects, args)).toEqual(expected);
  });
});

const CNI_PROFILE =
  'kind: SidecarProfile\napiVersion: pillion.io/v1alpha1\nmetadata: {name: cni}\nspec: {kind: Istio, order: Classic, capture: Cni}';

test.each([
  [['sh', '-c', 'until nc -z db 5432; do sleep 1; done'], 1],
  [['/usr/bin/curl', 'db'], 1],
  [['migrate', '--database', 'postgres://db/orders'], 1],
  [['sh', '-c', 'chown -R app /data && sync'], 0],
  [['cp', '/opt/psql.conf', '/data'], 0],
])('of an init container that is started by %j a need of the network is told %d times', async (command, times) => {
  const initContainers = [{ name: 'first', image: 'example.com/first:1', command }];
  const files = {
    'w.yaml': deployment({ ...app(), initContainers }),
    'istio.yaml': ISTIO.replace('name: istio', 'name: cni'),
    'cni.yaml': CNI_PROFILE,
  };
  const args = ['--policy', 'istio.yaml', '--profile', 'cni.yaml', '--only', 'FIT013', '-o', 'json'];
  const { stdout } = await pillion(['check', '-f', 'w.yaml', ...args], { files });
  expect(stdout.match(/"FIT013"/g) ?? []).toHaveLength(times);
});

test('a workload whose name the API server is still to make up is checked as well', async () => {
  const job = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { generateName: 'once-' },
    spec: { template: { spec: app() } },
  };
  const { stdout } = await pillion(['check', '-f', 'w.yaml'], { files: { 'w.yaml': JSON.stringify(job) } });
  expect(stdout).toContain('Job default/once-');
});

describe('what is not meant so', () => {
  test.each<[string, readonly string[], string]>([
    ['an unknown check', ['check', '-f', 'w.yaml', '--only', 'FIT999'], '"FIT999" names no check; accepted: FIT001, '],
    [
      'files and a workload',
      ['check', 'deploy/web', '-f', 'w.yaml'],
      'both deploy/web and files are named; give one of them',
    ],
    ['files and all namespaces', ['check', '-A', '-f', 'w.yaml'], 'files have all their namespaces anyway'],
    ['no workload', ['check', '-f', 'empty.yaml'], 'no object in empty.yaml creates pods'],
  ])('%s', async (_, args, message) => {
    const files = { 'w.yaml': deployment(app()), 'empty.yaml': 'kind: ConfigMap\napiVersion: v1\nmetadata: {name: a}' };
    const { exit, stdout, stderr } = await pillion(args, { files });
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' });
    expect(stderr).toContain(message);
  });

  test('names that draw on the terminal are written out', async () => {
    const files = {
      'w.yaml': deployment(
        { ...app(), hostPID: true },
        { annotations: { 'compatibility.pillion.io/suppress': 'FIT037: \u001b[31m red' } },
      ),
    };
    const { stdout } = await pillion(['check', '-f', 'w.yaml'], { files });
    expect(stdout).toContain('because \\u001b[31m red');
    expect(stdout).not.toContain('\u001b');
  });

  test('where it is strict, what needs changes is 1 as well', async () => {
    const files = { 'w.yaml': deployment(app(), { template: { 'linkerd.io/inject': 'enabled' } }) };
    expect((await pillion(['check', '-f', 'w.yaml'], { files })).exit).toBe(0);
    expect((await pillion(['check', '-f', 'w.yaml', '--strict'], { files })).exit).toBe(1);
  });
});
