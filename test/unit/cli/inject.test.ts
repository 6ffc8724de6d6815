import { expect, test } from '@jest/globals';
import { parse, parseAllDocuments } from 'yaml';
import { DEFAULT_POLICY } from '../../../src/core/policy/default-policy.generated.ts';
import { ENVOY_PROFILE } from '../../../src/core/sidecar/profiles/envoy/envoy.generated.ts';
import type { Json } from '../../core-fixtures/pods.ts';
import { pillion } from './command-line.ts';

const OPEN = ['--namespace-label', 'istio-injection=enabled'];
const asking = (rest: string): string =>
  `kind: Pod\nmetadata: {name: web, labels: {sidecar.istio.io/inject: "true"}}\n${rest}`;
const POD = asking('spec: {containers: [{name: web}]}\n');

const namesOf = (list: readonly Json[]) => list.map(({ name }) => name);
const inject = (text: string, ...flags: string[]) => pillion(['inject', '-f', '-', ...OPEN, ...flags], { stdin: text });

test.each([
  ['no file', '', ''],
  ['an object without pods', 'kind: Service # as it is\n', ''],
  ['comments only', '# nothing\n', ''],
  [
    'a pod that says nothing',
    'kind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web}]}\n',
    'left as it is: not-opted-in, it does not ask for a sidecar',
  ],
  ['a workload without a template', 'kind: Deployment\nmetadata: {name: web}\n', ''],
])('%s: what comes in goes out', async (_, text, told) => {
  const { exit, stdout, stderr } = await inject(text);
  expect([exit, stdout]).toEqual([0, text]);
  expect(stderr).toBe(told === '' ? '' : `pod/web: ${told}\n`);
});

test.each([
  [
    'a label',
    'kind: Pod\nmetadata: {name: web, labels: {sidecar.istio.io/inject: "True"}}\nspec: {containers: [{name: web}]}',
    'did you mean "true"?',
  ],
  [
    'the workload itself',
    'kind: Deployment\nmetadata:\n  name: web\n  labels: {sidecar.istio.io/inject: "true"}\nspec:\n  template:\n    spec: {containers: [{name: web}]}\n',
    'stands on the Deployment itself at 4:12; move it to spec.template.metadata.labels at 6:3',
  ],
])('a mark on %s that means nothing is told', async (_, text, hint) => {
  const { exit, stdout, stderr } = await inject(text);
  expect([exit, stdout]).toEqual([0, text]);
  expect(stderr).toContain(hint);
});

test('Namespace objects of any file count first, and flags override them', async () => {
  const files = {
    'pod.yaml': POD.replace('name: web,', 'name: web, namespace: shop,'),
    'namespace.yaml': 'kind: Namespace\nmetadata: {name: shop, labels: {istio-injection: enabled}}\n',
  };
  const run = (...flags: string[]) =>
    pillion(['inject', '-f', 'pod.yaml', '-f', 'namespace.yaml', ...flags], { files });
  expect((await run()).stderr).toBe('pod/web: injected (opted-in)\n');
  expect((await run('--namespace-label', 'shop:istio-injection=disabled')).stderr).toContain('namespace-disabled');
  const foreign = { ...files, 'namespace.yaml': `apiVersion: example.org/v1\n${files['namespace.yaml']}` };
  const closed = await pillion(['inject', '-f', 'pod.yaml', '-f', 'namespace.yaml'], { files: foreign });
  expect(closed.stderr).toContain('namespace-not-enabled');
  const own = await pillion(['inject', '-f', 'pod.yaml', ...OPEN, '--own-namespace', 'shop'], { files });
  expect(own.stderr).toContain('namespace-protected');
});

test('-n counts for objects that name no namespace', async () => {
  expect((await inject(POD, '-n', 'kube-system')).stderr).toContain('namespace-protected');
});

test('every workload kind is injected in its template', async () => {
  const template = '{metadata: {labels: {sidecar.istio.io/inject: "true"}}, spec: {containers: [{name: a}]}}';
  const kinds = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'ReplicationController', 'Job'];
  const workloads = kinds.map((kind) => `kind: ${kind}\nmetadata: {name: x}\nspec:\n  template: ${template}\n`);
  const cron = `kind: CronJob\nmetadata: {name: x}\nspec: {jobTemplate: {spec: {template: ${template}}}}\n`;
  const list = `kind: PodList\nitems:\n- ${POD.trimEnd().replaceAll('\n', '\n  ')}\n`;
  const { stdout } = await inject([...workloads, cron, list].join('---\n'));
  const found = parseAllDocuments(stdout).map((document) => JSON.stringify(document.toJS()).split('istio-init').length);
  expect(found).toEqual(Array(8).fill(found[0]));
  expect(found[0]).toBeGreaterThan(1);
});

test.each<[string, Record<string, string>, string]>([
  ['two that end as they should', { a: 'kind: A\n', b: 'kind: B\n' }, 'kind: A\n---\nkind: B\n'],
  ['one without a line break at its end', { a: 'kind: A', b: 'kind: B' }, 'kind: A\n---\nkind: B\n'],
  ['one that begins with a marker', { a: 'kind: A\n', b: '# b\n---\nkind: B\n' }, 'kind: A\n# b\n---\nkind: B\n'],
  ['one that ends with a marker', { a: 'kind: A\n---\n# end\n', b: 'kind: B\n' }, 'kind: A\n---\n# end\nkind: B\n'],
  ['one that ends its document', { a: 'kind: A\n...\n', b: 'kind: B\n' }, 'kind: A\n...\nkind: B\n'],
  [
    'one with a directive',
    { a: 'kind: A\n', b: '%YAML 1.2\n---\nkind: B\n' },
    'kind: A\n...\n%YAML 1.2\n---\nkind: B\n',
  ],
  ['empty ones', { a: '', b: '# none\n', c: 'kind: C\n', d: '' }, '# none\nkind: C\n'],
  ['one of Windows', { a: 'kind: A\r\n', b: '\uFEFFkind: B\r\n' }, 'kind: A\r\n---\r\nkind: B\r\n'],
])('several files, %s, become one stream', async (_, files, expected) => {
  const { exit, stdout } = await pillion(['inject', ...Object.keys(files).flatMap((file) => ['-f', file])], { files });
  expect([exit, stdout]).toEqual([0, expected]);
});

test.each([
  [
    'an alias',
    asking('x: &x [{name: data, emptyDir: {}}]\nspec:\n  volumes: *x\n  containers: [{name: web}]\n'),
    '5:12: /spec/volumes: is the alias *x',
  ],
  [
    'a merge key',
    'x: &x {annotations: {a: b}}\nkind: Pod\nmetadata:\n  <<: *x\n  labels: {sidecar.istio.io/inject: "true"}\nspec: {containers: [{name: web}]}\n',
    '4:3: /metadata/annotations: comes from a merge key (<<)',
  ],
  [
    'what an alias means',
    asking('spec:\n  containers: [{name: web}]\n  volumes: &v [{name: data, emptyDir: {}}]\nagain: *v\n'),
    '6:8: /spec/volumes: the alias *v means what is edited',
  ],
  [
    'an anchor at an empty list',
    asking('spec:\n  volumes: &v []\n  containers: [{name: web}]\n'),
    '4:3: /spec/volumes: ',
  ],
  [
    'a tag at a missing value',
    asking('spec:\n  volumes: !!null\n  containers: [{name: web}]\n'),
    '4:12: /spec/volumes: ',
  ],
  [
    'a comment in an empty list',
    asking('spec:\n  volumes: [ # none\n    ]\n  containers: [{name: web}]\n'),
    '4:3: /spec/volumes: ',
  ],
  [
    'an explicit key',
    asking('? spec\n: containers: [{name: web}]\n'),
    '4:3: /spec: the map begins on the line of something else',
  ],
  [
    'an override that an alias repeats',
    asking('spec:\n  containers:\n  - &x {name: istio-proxy, image: auto}\n  - {name: web}\nagain: *x\n'),
    '1:1: cannot be edited in place; ',
  ],
  [
    'an alias within what it means, in another document',
    `kind: A\nx: &x [*x]\n---\n${POD}`,
    '2:8: *x stands within what it means; write out what is meant',
  ],
  ['a key without a value', asking('spec: {volumes, containers: [{name: web}]}\n'), '3:8: /spec/volumes: has no value'],
])('%s cannot be edited in place: the place is told, and nothing is written', async (_, text, problem) => {
  const { exit, stdout, stderr } = await inject(text);
  expect([exit, stdout]).toEqual([2, '']);
  expect(stderr).toContain(`PIL002: a document is refused\n  stdin:${problem}`);
});

test('a merge key beside what is edited does no harm', async () => {
  const text =
    'x: &x {labels: {sidecar.istio.io/inject: "true"}}\nkind: Pod\nmetadata:\n  <<: *x\n  name: web\nspec: {containers: [{name: web}]}\n';
  const { exit, stdout } = await inject(text);
  expect([exit, stdout]).toEqual([0, expect.stringContaining('metadata:\n  <<: *x\n  name: web\n  annotations:\n')]);
});

test('a refused workload: nothing is written, and its problems have a place in the file', async () => {
  const denied =
    'kind: Pod\nmetadata:\n  name: bad\n  labels: {sidecar.istio.io/inject: "true"}\nspec:\n  containers:\n  - name: istio-proxy\n    image: evil\n  - name: web\n';
  const { exit, stdout, stderr } = await inject(`${POD}---\n${denied}`);
  expect([exit, stdout]).toEqual([1, '']);
  expect(stderr).toContain('pod/web: would be injected (opted-in)\n');
  expect(stderr).toContain('pod/bad: refused (stdin:5): sidecar-impersonation, ');
  expect(stderr).toContain('  stdin:11:5: /spec/containers/0/name: ');
  expect(stderr).toMatch(/nothing is written: 1 of 2 workloads would be refused\n$/);
});

// kubectl reads YAML 1.1, in which `off` and `yes` are no texts
test('a text that YAML takes for something else is quoted for both of its versions', async () => {
  const { stdout } = await inject(
    asking('spec:\n  containers:\n  - name: web\n').replace(
      '"true"}',
      '"true"}, annotations: {sidecar.istio.io/logLevel: "off"}',
    ),
  );
  expect(parse(stdout, { version: '1.1' })).toEqual(parse(stdout));
  expect(
    (parse(stdout, { version: '1.1' }) as { spec: { initContainers: Json[] } }).spec.initContainers[1]?.args,
  ).toContain('off');
});

test('the amounts of an override count, and it is gone from the containers', async () => {
  const text = asking(
    'spec:\n  containers:\n    # amounts\n    - name: istio-proxy\n      image: auto\n      resources: {limits: {cpu: 1500m}}\n    - name: web\n',
  );
  const { stdout } = await inject(text);
  const { spec } = parse(stdout) as { spec: Record<string, Json[]> };
  expect(spec.containers?.map(({ name }) => name)).toEqual(['web']);
  expect(spec.initContainers?.[1]).toMatchObject({ resources: { limits: { cpu: '1500m' } } });
  expect(stdout).toContain('containers:\n    # amounts\n    - name: web\n');
});

test.each([
  ['apps/v1', 'Deployment', true],
  ['apps.example/v1', 'Deployment', false],
  ['v1', 'ReplicationController', true],
  ['apps/v1', 'ReplicationController', false],
  ['batch/v1', 'Job', true],
  ['batch.volcano.sh/v1alpha1', 'Job', false],
  ['v1', 'Job', false],
])('of %s, a %s is a workload of Kubernetes: %s', async (apiVersion, kind, isOne) => {
  const template = '{metadata: {labels: {sidecar.istio.io/inject: "true"}}, spec: {containers: [{name: a}]}}';
  const { exit, stdout, stderr } = await inject(
    `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: web}\nspec:\n  template: ${template}\n`,
  );
  expect([exit, stdout.includes('istio-proxy'), stderr]).toEqual([
    0,
    isOne,
    isOne ? `${kind.toLowerCase()}/web: injected (opted-in)\n` : '',
  ]);
});

test('a Pod of another API group is none', async () => {
  const text = `apiVersion: example.org/v1\n${POD}`;
  expect(await inject(text)).toEqual({ exit: 0, stdout: text, stderr: '' });
});

test.each([
  ['a List in a List', { kind: 'List', items: [{ kind: 'List', items: [parse(POD)] }] }],
  [
    'a list as the API server gives it',
    { apiVersion: 'v1', kind: 'PodList', items: [{ ...parse(POD), kind: undefined }] },
  ],
])('the workloads of %s are found, and come out again', async (_, list) => {
  const text = JSON.stringify(list, null, 2);
  const { stdout, stderr } = await inject(text);
  expect(stderr).toBe('pod/web: injected (opted-in)\n');
  expect(stdout).toContain('"istio-proxy"');
  expect((await pillion(['uninject', '-f', '-'], { stdin: stdout })).stdout).toBe(text);
});

test('what is written depends on the workload alone, not on its file nor on what stands in front of it', async () => {
  const alone = await inject(POD);
  const files = { 'other.yaml': `kind: Service\n---\n${POD}` };
  const { stdout } = await pillion(['inject', '-f', 'other.yaml', ...OPEN], { files });
  expect(stdout).toBe(`kind: Service\n---\n${alone.stdout}`);
});

const deployment = (spec: string): string =>
  `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    metadata:
      labels:
        sidecar.istio.io/inject: "true"
    spec:
${spec}      containers:
        - name: web
`;

test.each([
  ['where nothing stood', ''],
  ['beside an init container', '      initContainers:\n        - name: prepare\n'],
])('a sidecar of another policy is updated in its place %s, and can still be taken out', async (_, spec) => {
  const files = {
    'profile.yaml': ENVOY_PROFILE.replace('name: envoy', 'name: other')
      .replace('order: Native', 'order: Classic')
      .replace('capture: Redirect', 'capture: None'),
    'policy.yaml': DEFAULT_POLICY.replace('- name: envoy', '- name: other'),
  };
  const text = deployment(spec);
  const flags = ['inject', '-f', '-', ...OPEN, '--policy', 'policy.yaml', '--profile', 'profile.yaml'];
  const { stdout, stderr } = await pillion(flags, { files, stdin: (await inject(text)).stdout });
  expect(stderr).toBe('deployment/web: updated (opted-in)\n');
  const { containers, initContainers = [] } = parse(stdout).spec.template.spec;
  expect(namesOf(containers)).toEqual(['web', 'istio-proxy']);
  expect(namesOf(initContainers)).toEqual(namesOf(parse(text).spec.template.spec.initContainers ?? []));
  expect((await pillion(flags, { files, stdin: stdout })).stdout).toBe(stdout);
  expect((await pillion(['uninject', '-f', '-'], { stdin: stdout })).stdout).toBe(text);
});

test('a template that may have no sidecar any more and still has one: it is told how to take it out', async () => {
  const { stdout } = await inject(deployment(''));
  const closed = await pillion(['inject', '-f', '-', '-n', 'kube-system'], { stdin: stdout });
  expect([closed.exit, closed.stdout]).toEqual([0, stdout]);
  expect(closed.stderr).toContain('namespace-protected');
  expect(closed.stderr).toContain(
    '  hint: an earlier injection still stands in its template; pillion uninject takes it out\n',
  );
});

test('names write no lines of their own', async () => {
  const name = 'web: injected\nforged/line\u001b[31m\u202e';
  const { stderr } = await inject(JSON.stringify({ ...parse(POD), metadata: { ...parse(POD).metadata, name } }));
  expect(stderr).toBe('pod/web: injected\\u000aforged/line\\u001b[31m\\u202e: injected (opted-in)\n');
});

test('stdin is read once', async () => {
  const { exit, stdout, stderr } = await inject(POD, '-f', '-');
  expect([exit, stdout]).toEqual([2, '']);
  expect(stderr).toContain('stdin is read already; give - only once');
});

test('a label that is no text is told once', async () => {
  const { exit, stdout, stderr } = await inject(POD.replace('"true"', 'true'));
  expect([exit, stdout]).toEqual([1, '']);
  expect(stderr.match(/must be .*/g)).toEqual(['must be string']);
});
