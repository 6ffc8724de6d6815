import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { NAMED_DENY_CHECKS, NAMED_SKIP_CHECKS } from '../../../src/core/decision/checks/names.ts';
import { injectConditions } from '../../../src/core/registration/pod-conditions.ts';
import { admitted, patched } from '../../core-fixtures/admissions.ts';
import { askingPod } from '../../core-fixtures/pods.ts';
import { policyWith } from '../../core-fixtures/policies.ts';
import { pillion } from './command-line.ts';

const deployment = (name: string, says: string, spec = '', metadata = ''): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
  namespace: shop
${metadata}
spec:
  template:
    metadata:
      annotations: {sidecar.istio.io/inject: "${says}"}
    spec:
      ${spec}
      containers: [{name: web, image: web}]
`;
const SHOP = `apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
`;
const documents = (...all: string[]): string => all.join('---\n');
const explain = (files: Record<string, string>, ...args: string[]) =>
  pillion(['explain', ...Object.keys(files).flatMap((file) => ['-f', file]), ...args], { files });

const SKIP_CHECKS = NAMED_SKIP_CHECKS.map(({ name }) => name).join(', ');
const DENY_CHECKS = NAMED_DENY_CHECKS.map(({ name }) => name).join(', ');
const ASKS = injectConditions(policyWith())[0]?.expression;

test('for people: place, verdict, reason, rule and what to do next', async () => {
  const text = documents(SHOP, deployment('web', 'true'), deployment('worker', 'True'));
  expect(await explain({ 'shop.yaml': text })).toEqual({
    exit: 3,
    stderr: '',
    stdout: `Deployment shop/web  shop.yaml:5
  inject  opted-in: it asks for a sidecar
  rule    /spec/optIn/podKey of policy default
  checks  passed    ${SKIP_CHECKS}
          decided   asks-for-sidecar (opted-in) by /spec/optIn/podKey: pod label sidecar.istio.io/inject is not there, pod annotation sidecar.istio.io/inject is "true"
          passed    ${DENY_CHECKS}
  route   by what this policy would register
          asked     inject.pillion.io of zz-pillion-inject
          asked     warn.pillion.io of pillion-warn
          not asked pillion-final-state (Deny): condition lacks-sidecar does not hold
          not asked pillion-inert-opt-in (Warn, Audit): namespaceSelector wants istio-injection notin (enabled); it is "enabled"
          asked     workloads.pillion.io of pillion-workloads
  sidecar profile        envoy                                policy default at /spec/profiles/0
          image          envoyproxy/envoy:distroless-v1.40.0  profile envoy at /spec/sidecar/image
          requestCpu     100m                                 profile envoy at /spec/sidecar/resources/requests/cpu
          requestMemory  128Mi                                profile envoy at /spec/sidecar/resources/requests/memory
          limitCpu       2                                    profile envoy at /spec/sidecar/resources/limits/cpu
          limitMemory    1Gi                                  profile envoy at /spec/sidecar/resources/limits/memory
          logLevel       warning                              profile envoy at /spec/sidecar/logLevel
          concurrency    2                                    profile envoy at /spec/sidecar/concurrency
          order          Native                               profile envoy at /spec/order
          capture        Redirect                             profile envoy at /spec/capture
          features       Observability                        profile envoy at /spec/features
  in      every port, by the listener inbound
  out     by the listener outbound to where the application sends it

Deployment shop/worker  shop.yaml:19
  skip    not-opted-in: it does not ask for a sidecar
  rule    /spec/optIn/autoInject of policy default
  hint    sidecar.istio.io/inject of the pod is "True"; did you mean "true"?
  next    Mark the pod template to opt in; by default with the annotation sidecar.istio.io/inject: "true".
  checks  passed    ${SKIP_CHECKS}
          decided   asks-for-sidecar (not-opted-in) by /spec/optIn/autoInject: pod label sidecar.istio.io/inject is not there, pod annotation sidecar.istio.io/inject is "True"
          not asked ${DENY_CHECKS}
  route   by what this policy would register
          not asked inject.pillion.io of zz-pillion-inject: condition asks-for-sidecar does not hold
                    ${ASKS}
          not asked revision.inject.pillion.io of zz-pillion-inject: namespaceSelector wants !istio-injection; it is "enabled"
          asked     warn.pillion.io of pillion-warn
          not asked pillion-final-state (Deny): condition asks-for-sidecar does not hold
          not asked pillion-inert-opt-in (Warn, Audit): namespaceSelector wants istio-injection notin (enabled); it is "enabled"
          asked     workloads.pillion.io of pillion-workloads
`,
  });
});

test('a terminal that shows colour gets the same words, aligned alike', async () => {
  const files = { 'shop.yaml': documents(SHOP, deployment('web', 'True')) };
  const plain = await pillion(['explain', '-f', 'shop.yaml'], { files });
  const coloured = await pillion(['explain', '-f', 'shop.yaml'], { files, colour: true });
  expect(coloured.stdout).toContain('\u001b[');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a colour begins with the escape character
  expect(coloured.stdout.replace(/\u001b\[\d+m/g, '')).toBe(plain.stdout);
});

test.each([
  ['0: all are injected', [deployment('a', 'true'), deployment('b', 'true')], 0],
  ['3: one is left alone', [deployment('a', 'true'), deployment('b', 'false')], 3],
  [
    '1: one would be refused',
    [deployment('a', 'false'), deployment('b', 'true', 'securityContext: {runAsUser: 1337}')],
    1,
  ],
  ['2: nothing creates pods', [], 2],
])('exit code %s', async (_, workloads, code) => {
  expect((await explain({ 'a.yaml': documents(SHOP, ...workloads) })).exit).toBe(code);
});

test('for machines: one list of places and records, as JSON and as YAML', async () => {
  const files = { 'shop.yaml': documents(SHOP, deployment('web', 'true')) };
  const json = await explain(files, '-o', 'json');
  const yaml = await explain(files, '-o', 'yaml');
  expect(JSON.parse(json.stdout)).toEqual(parse(yaml.stdout));
  expect(JSON.parse(json.stdout)).toEqual([
    expect.objectContaining({
      kind: 'Deployment',
      name: 'web',
      namespace: 'shop',
      file: 'shop.yaml',
      line: 5,
      record: expect.objectContaining({
        verdict: 'inject',
        reason: 'opted-in',
        owner: expect.objectContaining({ name: 'web' }),
      }),
    }),
  ]);
});

test('every kind that creates pods is read, and its pod is the one its controller would create', async () => {
  const template = '{metadata: {labels: {sidecar.istio.io/inject: "true"}}, spec: {containers: [{name: a, image: a}]}}';
  const kinds = ['ReplicaSet', 'ReplicationController', 'StatefulSet', 'DaemonSet', 'Job', 'Deployment'];
  const workloads = kinds.map((kind) => `{kind: ${kind}, metadata: {name: x}, spec: {template: ${template}}}\n`);
  const cron = `{kind: CronJob, metadata: {name: x}, spec: {jobTemplate: {spec: {template: ${template}}}}}\n`;
  const pod = `{kind: Pod, metadata: {name: x, labels: {sidecar.istio.io/inject: "true"}}, spec: {containers: [{name: a}]}}\n`;
  const { stdout } = await explain(
    { 'all.yaml': documents(...workloads, cron, pod) },
    '--namespace-label',
    'istio-injection=enabled',
    '-o',
    'json',
  );
  const owners = JSON.parse(stdout).map(
    ({ kind, record }: { kind: string; record: { verdict: string; owner?: { kind: string; name: string } } }) => [
      kind,
      record.verdict,
      record.owner === undefined ? undefined : `${record.owner.kind}/${record.owner.name}`,
    ],
  );
  expect(owners).toEqual([
    ...[...kinds, 'CronJob'].map((kind) => [kind, 'inject', `${kind}/x`]),
    ['Pod', 'inject', undefined],
  ]);
});

test('the items of a List are objects with places of their own', async () => {
  const list = `kind: List
items:
- {kind: Namespace, metadata: {name: shop, labels: {istio-injection: enabled}}}
- kind: Pod
  metadata: {name: one, namespace: shop}
  spec: {containers: [{name: a}]}
`;
  const { stdout, exit } = await explain({ 'list.yaml': list });
  expect([stdout.split('\n')[0], exit]).toEqual(['Pod shop/one  list.yaml:4', 3]);
});

test('- is stdin, and JSON is as good as YAML', async () => {
  const pod = JSON.stringify({ ...askingPod(), metadata: { ...askingPod().metadata, namespace: 'shop' } });
  const outcome = await pillion(['explain', '-f', '-', '--namespace-label', 'shop:istio-injection=enabled'], {
    stdin: pod,
  });
  expect([outcome.exit, outcome.stdout.split('\n')[0]]).toEqual([0, 'Pod shop/web  stdin:1']);
});

test.each([
  [[], 'namespace-not-enabled'],
  [['--namespace-label', 'istio-injection=enabled'], 'opted-in'],
  [['--namespace-label', 'shop:istio-injection=enabled'], 'opted-in'],
  [['--namespace-label', 'other:istio-injection=enabled'], 'namespace-not-enabled'],
  [
    ['--namespace-label', 'istio-injection=enabled', '--namespace-label', 'shop:istio-injection=disabled'],
    'namespace-disabled',
  ],
  [['--namespace-label', 'shop:istio-injection='], 'namespace-label-invalid'],
  [['--namespace-label', 'shop:istio.io/rev=default'], 'opted-in'],
])('namespace labels by flags %j: %s', async (flags, reason) => {
  const { stdout } = await explain({ 'a.yaml': deployment('web', 'true') }, ...flags, '-o', 'json');
  expect(JSON.parse(stdout)[0].record.reason).toBe(reason);
});

test('a flag overrides the Namespace object, label by label', async () => {
  const { stdout } = await explain(
    { 'a.yaml': documents(SHOP, deployment('web', 'true')) },
    '--namespace-label',
    'shop:pod-security.kubernetes.io/enforce=baseline',
    '-o',
    'json',
  );
  expect(JSON.parse(stdout)[0].record.reason).toBe('pod-security-forbids');
});

test('a flag for all namespaces overrides the Namespace objects as well', async () => {
  const { stdout } = await explain(
    { 'a.yaml': documents(SHOP, deployment('web', 'true')) },
    '--namespace-label',
    'istio-injection=disabled',
    '-o',
    'json',
  );
  expect(JSON.parse(stdout)[0].record.reason).toBe('namespace-disabled');
});

test('-n counts for objects that name no namespace, and only for those', async () => {
  const pod = 'kind: Pod\nmetadata: {name: one}\nspec: {containers: [{name: a}]}\n';
  const { stdout } = await explain(
    { 'a.yaml': documents(pod, deployment('web', 'true')) },
    '-n',
    'kube-system',
    '-o',
    'json',
  );
  const found = JSON.parse(stdout).map(({ namespace }: { namespace: string }) => namespace);
  expect(found).toEqual(['kube-system', 'shop']);
});

test('a mark on the workload instead of its template is found, with both places', async () => {
  const marked = '  annotations:\n    sidecar.istio.io/inject: "true"';
  const { stdout } = await explain({ 'a.yaml': documents(SHOP, deployment('web', 'False', '', marked)) });
  expect(stdout).toContain(
    'sidecar.istio.io/inject stands on the Deployment itself at 11:5; move it to spec.template.metadata.annotations at 13:3',
  );
});

test('a namespace of which nothing is known is said to be so', async () => {
  const { stdout } = await explain({ 'a.yaml': deployment('web', 'true') });
  expect(stdout).toContain(
    'nothing is known of namespace shop; add its object to the files, or --namespace-label shop:istio-injection=enabled',
  );
});

test('a pod taken from a cluster with its sidecar is explained', async () => {
  const pod = patched(askingPod(), admitted(askingPod()));
  const outcome = await pillion(['explain', '-f', '-', '--namespace-label', 'istio-injection=enabled'], {
    stdin: JSON.stringify(pod),
  });
  expect(outcome).toMatchObject({
    exit: 3,
    stdout: expect.stringContaining('already-injected: it carries the sidecar already'),
  });
});

test('a pod under another revision of the policy is explained as one that would be completed', async () => {
  const pod = patched(askingPod(), admitted(askingPod()));
  const outcome = await pillion(
    [
      'explain',
      '-f',
      '-',
      '--namespace-label',
      'istio-injection=enabled',
      '--own-namespace',
      'elsewhere',
      '-o',
      'json',
    ],
    { stdin: JSON.stringify({ ...pod, spec: { ...pod.spec, initContainers: [] } }) },
  );
  expect(JSON.parse(outcome.stdout)[0].record).toMatchObject({ verdict: 'inject', reinvoked: true });
});

test('a policy and a profile of the user’s own count', async () => {
  const files = {
    'a.yaml': documents(SHOP, deployment('web', 'false')),
    'policy.yaml': (await pillion(['policy', 'show'])).stdout.replaceAll(
      'sidecar.istio.io/inject',
      'mesh.example/inject',
    ),
  };
  const { stdout } = await pillion(['explain', '-f', 'a.yaml', '--policy', 'policy.yaml', '-o', 'json'], { files });
  expect(JSON.parse(stdout)[0].record.reason).toBe('not-opted-in');
});

test('a pod that carries a sidecar of yesterday is told, with what makes it new', async () => {
  const pod = askingPod();
  const done = patched(pod, admitted(pod, { policy: policyWith({ profile: { order: 'Classic' } }) }));
  const { stdout } = await explain(
    { 'pod.json': JSON.stringify(done) },
    '-n',
    'shop',
    '--namespace-label',
    'istio-injection=enabled',
  );
  expect(stdout).toContain('hint    it carries a sidecar that would be rendered otherwise now');
  const current = patched(pod, admitted(pod));
  const now = await explain(
    { 'pod.json': JSON.stringify(current) },
    '-n',
    'shop',
    '--namespace-label',
    'istio-injection=enabled',
  );
  expect(now.stdout).not.toContain('rendered otherwise');
});
