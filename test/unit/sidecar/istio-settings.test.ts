import { expect, test } from '@jest/globals';
import type { ActivePolicy } from '../../../src/core/policy/active-policy.ts';
import { ISTIO_ANNOTATIONS } from '../../../src/core/sidecar/profiles/istio/annotations.ts';
import { admitted, patched } from '../../core-fixtures/admissions.ts';
import { askingPod, type Json, type PodJson } from '../../core-fixtures/pods.ts';
import { EVERY_OVERRIDE, policyWith } from '../../core-fixtures/policies.ts';

const S = 'sidecar.istio.io/';
const T = 'traffic.sidecar.istio.io/';
const R = 'readiness.status.sidecar.istio.io/';
const P = 'prometheus.istio.io/';

const allow = EVERY_OVERRIDE;
const istioPolicy = (istio: Json): ActivePolicy =>
  policyWith({ istio, spec: { profiles: [{ name: 'istio' }], overrides: { allow, others: 'Deny' } } });
const templates = [{ name: 'traced', annotations: { traced: 'yes' } }];
const policy = istioPolicy({ templates });
const asIstio = istioPolicy({ templates, compatibility: 'Istio' });

// with a probe, and a volume to mount
const podWith = (annotations: Json): PodJson =>
  askingPod(annotations, {
    containers: [{ name: 'web', image: 'web', readinessProbe: { httpGet: { port: 8080 } } }],
    volumes: [{ name: 'there', emptyDir: {} }],
  });
const injected = (pod: PodJson): PodJson => patched(pod, admitted(pod, { policy }));
const partOf = (pod: PodJson, name: string): Json =>
  [...(pod.spec.initContainers ?? []), ...pod.spec.containers].find((container) => container.name === name) ?? {};
const proxyOf = (pod: PodJson): Json => partOf(pod, 'istio-proxy');
const argsOf = (pod: PodJson): readonly unknown[] => proxyOf(pod).args as unknown[];
const rule = (flag: string) => (pod: PodJson) => {
  const args = partOf(pod, 'istio-init').args as unknown[];
  return args[args.indexOf(flag) + 1];
};
const variable = (name: string) => (pod: PodJson) =>
  (proxyOf(pod).env as readonly Json[]).find((one) => one.name === name)?.value;
const readiness = (field: string) => (pod: PodJson) => (proxyOf(pod).readinessProbe as Json)[field];
const resources = (pod: PodJson) => proxyOf(pod).resources;

const PRESET = { requests: { cpu: '100m', memory: '128Mi' }, limits: { cpu: '2', memory: '1Gi' } };

interface Example {
  readonly accepted: readonly string[];
  readonly refused: readonly string[];
  /** What the first accepted one changes, and to what. */
  readonly effect: (pod: PodJson) => unknown;
  readonly becomes: unknown;
}

const EXAMPLES: Readonly<Record<string, Example>> = {
  [`${S}proxyCPU`]: {
    accepted: ['250m', '0.5', '1'],
    refused: ['', 'lots', '-1', '1 ', '1mm', '1_000', '١'],
    effect: resources,
    becomes: { ...PRESET, requests: { cpu: '250m', memory: '128Mi' } },
  },
  [`${S}proxyCPULimit`]: {
    accepted: ['1500m', '3'],
    refused: ['100%', '1\n'],
    effect: resources,
    becomes: { ...PRESET, limits: { cpu: '1500m', memory: '1Gi' } },
  },
  [`${S}proxyMemory`]: {
    accepted: ['1e8', '256Mi'],
    refused: ['128MB', '128mib'],
    effect: resources,
    becomes: { ...PRESET, requests: { cpu: '100m', memory: '1e8' } },
  },
  [`${S}proxyMemoryLimit`]: {
    accepted: ['512Mi'],
    refused: ['Mi', '1 Gi'],
    effect: resources,
    becomes: { ...PRESET, limits: { cpu: '2', memory: '512Mi' } },
  },
  [`${S}logLevel`]: {
    accepted: ['debug', 'info,upstream:trace', 'warn', 'off'],
    refused: ['', 'wraning', 'Debug', 'info,http:', ':debug', 'a:b:debug', 'debug info', 'debug\n', '{{ .Values }}'],
    effect: argsOf,
    becomes: expect.arrayContaining(['--proxyLogLevel=debug']),
  },
  [`${S}componentLogLevel`]: {
    accepted: ['misc:error,http:debug'],
    refused: ['', '"', 'debug', 'misc:wraning', 'misc:error,'],
    effect: argsOf,
    becomes: expect.arrayContaining(['--proxyComponentLogLevel=misc:error,http:debug']),
  },
  [`${S}agentLogLevel`]: {
    accepted: ['default:debug', 'none', 'info,ads:fatal'],
    // words of Envoy's that the agent does not have
    refused: ['', 'a b', 'default:warning', 'trace', 'off', 'a:b:info'],
    effect: argsOf,
    becomes: expect.arrayContaining(['--log_output_level=default:debug']),
  },
  [`${T}includeInboundPorts`]: {
    accepted: ['8080,9090', '*', ''],
    refused: ['80-90', '65536', 'http', '80;81', '*,80'],
    effect: rule('-b'),
    becomes: '8080,9090',
  },
  [`${T}excludeInboundPorts`]: {
    accepted: ['9000', ' 9000 , 9001', '0'],
    refused: ['*', '-1', '9000,'],
    effect: rule('-d'),
    becomes: '15090,15021,9000,15020',
  },
  [`${T}includeOutboundPorts`]: {
    accepted: ['443', ''],
    refused: ['*', 'a', '1-2'],
    effect: rule('-q'),
    becomes: '443',
  },
  [`${T}excludeOutboundPorts`]: {
    accepted: ['3306,5432'],
    refused: ['*', '70000'],
    effect: rule('-o'),
    becomes: '3306,5432',
  },
  [`${T}includeOutboundIPRanges`]: {
    accepted: ['10.0.0.0/8,fd00::/8', '*', ''],
    refused: ['10.0.0.0', '10.0.0.0/8, 11.0.0.0/8', '10.0.0.0/33', '300.0.0.0/8', '1.2.3.4/08'],
    effect: rule('-i'),
    becomes: '10.0.0.0/8,fd00::/8',
  },
  [`${T}excludeOutboundIPRanges`]: {
    accepted: ['10.0.0.0/8', ''],
    refused: ['*', '::/129', 'all'],
    effect: rule('-x'),
    becomes: '10.0.0.0/8',
  },
  [`${T}excludeInterfaces`]: {
    accepted: ['net1,net-2'],
    refused: ['1net', 'a b', 'net1;reboot', 'sixteencharacter'],
    effect: rule('-c'),
    becomes: 'net1,net-2',
  },
  [`${T}kubevirtInterfaces`]: { accepted: ['net1'], refused: ['$(id)'], effect: rule('-k'), becomes: 'net1' },
  'istio.io/reroute-virtual-interfaces': {
    accepted: ['br0'],
    refused: ['br 0'],
    effect: rule('-k'),
    becomes: 'br0',
  },
  [`${S}interceptionMode`]: {
    accepted: ['TPROXY', 'REDIRECT', 'NONE'],
    refused: ['', 'tproxy', 'ALL'],
    effect: rule('-m'),
    becomes: 'TPROXY',
  },
  [`${S}nativeSidecar`]: {
    accepted: ['false', 'true'],
    refused: ['', 'yes', 'True'],
    effect: ({ spec }) => spec.containers.map(({ name }) => name),
    becomes: ['web', 'istio-proxy'],
  },
  [`${S}proxyImageType`]: {
    accepted: ['distroless', 'debug', 'default', 'centos'],
    refused: ['', 'a/b', 'a b'],
    effect: (pod) => proxyOf(pod).image,
    becomes: 'istio/proxyv2:1.30.0-distroless',
  },
  [`${S}rewriteAppHTTPProbers`]: {
    accepted: ['false', '1', 'T'],
    refused: ['', 'no', 'FALSE '],
    effect: ({ spec }) => spec.containers[0]?.readinessProbe,
    becomes: { httpGet: { port: 8080 } },
  },
  'status.sidecar.istio.io/port': {
    accepted: ['15999', '15020'],
    refused: ['', '-1', '65536', 'http'],
    effect: (pod) => [rule('-d')(pod), pod.spec.containers[0]?.readinessProbe],
    becomes: ['15090,15021,15999', { httpGet: { path: '/app-health/web/readyz', port: 15999 } }],
  },
  [`${R}initialDelaySeconds`]: {
    accepted: ['7', '0'],
    refused: ['', '-1', '2147483648', '1.5'],
    effect: readiness('initialDelaySeconds'),
    becomes: 7,
  },
  [`${R}periodSeconds`]: {
    accepted: ['5'],
    refused: ['soon', '1s'],
    effect: readiness('periodSeconds'),
    becomes: 5,
  },
  [`${R}failureThreshold`]: {
    accepted: ['9'],
    refused: ['1e1', ' 1'],
    effect: readiness('failureThreshold'),
    becomes: 9,
  },
  [`${P}merge-metrics`]: {
    accepted: ['true', 'f', '0'],
    refused: ['', 'yes', 'tRUE'],
    effect: () => 'told by the record',
    becomes: 'told by the record',
  },
  [`${P}scrape-targets`]: {
    accepted: ['9090:/a,9091'],
    refused: [':/metrics', '9090,:'],
    effect: variable('ISTIO_PROMETHEUS_ANNOTATIONS'),
    becomes:
      '{"scrape":"","path":"/a","port":"9090","targets":[{"port":"9090","path":"/a"},{"port":"9091","path":"/metrics"}]}',
  },
  'proxy.istio.io/config': {
    accepted: ['concurrency: 3', '{"proxyMetadata": {"A": "b"}}', ''],
    refused: ['[', 'text', 'concurency: 2', 'concurrency: many', 'statusPort: 99999', 'drainDuration: soon', 'a: *a'],
    effect: variable('PROXY_CONFIG'),
    becomes: '{"concurrency":3}\n',
  },
  'inject.istio.io/templates': {
    accepted: ['sidecar, traced', 'sidecar,sidecar'],
    refused: ['gateway', 'sidecar,other', ''],
    effect: ({ metadata }) => metadata.annotations?.traced,
    becomes: 'yes',
  },
  [`${S}proxyImage`]: {
    accepted: ['example/proxyv2:1', 'example/proxyv2@sha256:0123'],
    refused: ['', 'proxyv2', 'a/b c', '"/"'],
    effect: (pod) => [proxyOf(pod).image, partOf(pod, 'istio-init').image],
    becomes: ['example/proxyv2:1', 'example/proxyv2:1'],
  },
  [`${S}capNetBindService`]: {
    accepted: ['true', 'false'],
    refused: ['', '1'],
    effect: (pod) => proxyOf(pod).securityContext,
    becomes: expect.objectContaining({ capabilities: { add: ['NET_BIND_SERVICE'], drop: ['ALL'] }, runAsUser: 0 }),
  },
  [`${S}userVolume`]: {
    accepted: ['{"more":{"emptyDir":{}}}', '{}'],
    refused: ['', '[]', '{"more":1}', '{', 'null'],
    effect: ({ spec }) => spec.volumes,
    becomes: expect.arrayContaining([{ name: 'more', emptyDir: {} }]),
  },
  [`${S}userVolumeMount`]: {
    accepted: ['{"there":{"mountPath":"/there"}}'],
    refused: ['[]', '{"there":{}}', '{"there":{"mountPath":1}}'],
    effect: (pod) => proxyOf(pod).volumeMounts,
    becomes: expect.arrayContaining([{ name: 'there', mountPath: '/there' }]),
  },
};

const each = (of: (example: Example) => readonly string[]) =>
  Object.entries(EXAMPLES).flatMap(([key, example]) => of(example).map((value): [string, string] => [key, value]));

test.each(each(({ accepted }) => accepted))('%s accepts %j', (key, value) => {
  const { reason, record } = admitted(podWith({ [key]: value }), { policy });
  const { setting } = ISTIO_ANNOTATIONS.get(key) ?? {};
  expect({ reason, settings: record?.settings }).toEqual({
    reason: 'opted-in',
    settings: [expect.objectContaining({ setting, origin: `annotation ${key}`, value })],
  });
});

test.each(Object.keys(EXAMPLES))('%s changes what it is for', (key) => {
  const { accepted, effect, becomes } = EXAMPLES[key] as Example;
  expect(effect(injected(podWith({ [key]: accepted[0] ?? '' })))).toEqual(becomes);
});

test.each(each(({ refused }) => refused))('%s refuses %j, and says what is accepted', (key, value) => {
  const { reason, record } = admitted(podWith({ [key]: value }), { policy });
  expect(reason).toBe('invalid-annotation');
  expect(record?.problems).toHaveLength(1);
  const [problem] = record?.problems ?? [];
  expect(problem?.path).toBe(`/metadata/annotations/${key.replaceAll('/', '~1')}`);
  expect(problem?.message).toMatch(new RegExp(`^${key.replaceAll('.', '\\.')} (?:is|names) "`));
});

test.each(each(({ refused }) => refused))('compatibility Istio: %s refuses %j only where Istio does', (key, value) => {
  const { reason } = admitted(podWith({ [key]: value }), { policy: asIstio });
  // Istio passes over fields that it does not know
  const passed = value === 'concurency: 2';
  const refuses = !passed && (ISTIO_ANNOTATIONS.get(key)?.judgedByIstio || key === 'inject.istio.io/templates');
  expect(reason === 'invalid-annotation').toBe(refuses);
});

test.each([
  [' 15999', 'accepted: digits alone, such as 15999, as the agent reads it'],
  ['015999', 'accepted: digits alone, such as 15999, as the agent reads it'],
  ['15021', 'the sidecar listens on 15021 already; choose a port of its own'],
  ['15001', 'the sidecar listens on 15001 already; choose a port of its own'],
  ['9090', 'the container metrics listens on 9090; choose a port of its own'],
])('a status port of %j is refused where parts of the sidecar would disagree about it', (port, why) => {
  const containers = [{ name: 'metrics', image: 'metrics', ports: [{ containerPort: 9090 }] }];
  const pod = askingPod({ 'status.sidecar.istio.io/port': port }, { containers });
  const { reason, record } = admitted(pod, { policy });
  expect(reason).toBe('invalid-annotation');
  expect(record?.problems.map(({ message }) => message)).toEqual([`status.sidecar.istio.io/port is "${port}"; ${why}`]);
  expect(admitted(pod, { policy: asIstio }).reason).toBe('opted-in');
});

test('every annotation that is read has accepted and refused examples above', () => {
  expect(Object.keys(EXAMPLES).sort()).toEqual([...ISTIO_ANNOTATIONS.keys()].sort());
  expect(Object.values(EXAMPLES).every(({ accepted, refused }) => accepted.length > 0 && refused.length > 0)).toBe(
    true,
  );
});

test('all that is wrong is told at once, in an order that does not depend on the pod', () => {
  const bad = Object.entries(EXAMPLES).map(([key, { refused }]): [string, string] => [key, refused.at(-1) ?? '']);
  const told = (annotations: readonly [string, string][]) =>
    admitted(podWith(Object.fromEntries(annotations)), { policy }).record?.problems.map(({ message }) => message);
  const messages = told(bad) ?? [];
  expect(messages).toHaveLength(bad.length);
  expect(told(bad.toReversed())).toEqual(messages);
  const place = (key: string) => messages.findIndex((message) => message.startsWith(`${key} `));
  const places = [...ISTIO_ANNOTATIONS.keys()].filter((key) => key !== 'inject.istio.io/templates').map(place);
  expect(places).toEqual(places.toSorted((one, other) => one - other));
  expect(messages).toContain(`${S}interceptionMode is "ALL"; accepted: REDIRECT, TPROXY, NONE`);
});
