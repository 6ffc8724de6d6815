import fc from 'fast-check';
import type { PodJson } from '../../core-fixtures/pods.ts';
import { asJson } from '../../property/arbitraries/json.ts';
import { proxyOverride, redirectOverride } from './overriding-containers.ts';
import { settings } from './settings.ts';

type Json = Record<string, unknown>;

const maybe = <T>(value: fc.Arbitrary<T>, weight = 1) =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight, arbitrary: value });

const handler = fc.constantFrom<Json>(
  { httpGet: { path: '/ready', port: 8080 } },
  { httpGet: { path: '/ready', port: 'http', scheme: 'HTTPS', httpHeaders: [{ name: 'Host', value: 'web' }] } },
  { httpGet: { path: '/app-health/app-0/readyz', port: 15020 } },
  { tcpSocket: { port: 8080 } },
  { tcpSocket: { port: 'http', host: 'localhost' } },
  { grpc: { port: 9000, service: 'web' } },
  { grpc: { port: 9000 } },
  { exec: { command: ['true'] } },
);

const probe = fc
  .tuple(
    handler,
    fc.constantFrom<Json>({}, { timeoutSeconds: 3, periodSeconds: 1 }, { initialDelaySeconds: 5, failureThreshold: 9 }),
  )
  .map(([call, numbers]): Json => ({ ...call, ...numbers }));
const livenessProbe = fc
  .tuple(probe, maybe(fc.constant(30)))
  .map(([fields, terminationGracePeriodSeconds]): Json => ({ ...fields, terminationGracePeriodSeconds }));

const callAtEnd = fc.constantFrom<Json>(
  { preStop: { exec: { command: ['true'] } } },
  { preStop: { httpGet: { path: '/stop', port: 'http', scheme: 'HTTPS' } } },
  { preStop: { sleep: { seconds: 2 } }, postStart: { tcpSocket: { port: 8080 } } },
  { postStart: { httpGet: { path: '/start', port: 8080 } } },
);

const HTTP: Json = { name: 'http', containerPort: 8080 };
const ports = fc.constantFrom<Json[]>(
  [],
  [HTTP],
  [HTTP, { name: 'grpc', containerPort: 9000, protocol: 'TCP' }],
  [HTTP, { name: 'http-envoy-prom', containerPort: 9090 }],
  [{ name: 'http', containerPort: 8080, hostPort: 8080, hostIP: '127.0.0.1' }],
  [{ containerPort: 15090, protocol: 'UDP' }, HTTP],
);

const resources = fc.constantFrom<Json>(
  {},
  { requests: { cpu: '100m' } },
  { requests: { cpu: '0.5', memory: '64Mi' }, limits: { cpu: '1500m', memory: '1024Mi', 'ephemeral-storage': '1Gi' } },
  { limits: { 'example.com/gpu': '1' }, requests: { 'example.com/gpu': '1', memory: '128974848000m' } },
);

const securityContext = fc.constantFrom<Json>(
  { runAsUser: 1000, runAsNonRoot: true },
  { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, seccompProfile: { type: 'RuntimeDefault' } },
  { privileged: true },
);

const env = fc.constantFrom<Json[]>(
  [],
  [{ name: 'A', value: 'b' }],
  [
    { name: 'my.variable-1', value: '' },
    { name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
  ],
);

const TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount';
const volumeMounts = fc.uniqueArray(
  fc.constantFrom<Json>(
    { name: 'data', mountPath: '/data' },
    { name: 'data', mountPath: '/data/part', subPath: 'part', readOnly: true },
    { name: 'data', mountPath: TOKEN },
    { name: 'data', mountPath: '/var/run/secrets/istio' },
  ),
  { maxLength: 2, selector: ({ mountPath }) => mountPath },
);

const container = fc.record(
  {
    image: fc.constantFrom('registry.example/web:1', 'auto'),
    args: fc.constant(['--quiet']),
    ports,
    resources,
    env,
    volumeMounts,
    readinessProbe: maybe(probe, 3),
    livenessProbe: maybe(livenessProbe, 2),
    startupProbe: maybe(probe),
    lifecycle: maybe(callAtEnd, 2),
    securityContext: maybe(securityContext),
  },
  { requiredKeys: ['image'] },
);

const PROBES = ['readinessProbe', 'livenessProbe', 'startupProbe', 'lifecycle'];
/** An init container has no probes, unless it is a sidecar. */
const initContainer = fc.tuple(container, fc.boolean()).map(([fields, isSidecar]): Json => {
  if (isSidecar) return { ...fields, restartPolicy: 'Always' };
  return Object.fromEntries(Object.entries(fields).filter(([key]) => !PROBES.includes(key)));
});

const volume = fc.constantFrom<Json>(
  { name: 'data', emptyDir: { sizeLimit: '1Gi' } },
  { name: 'data', configMap: { name: 'settings', optional: true } },
  { name: 'extra', emptyDir: {} },
  { name: 'istio-envoy', emptyDir: {} },
  { name: 'spire', csi: { driver: 'csi.spiffe.io', readOnly: true } },
);

const label = fc.oneof(
  fc.tuple(
    fc.constantFrom(
      'app',
      'version',
      'app.kubernetes.io/name',
      'service.istio.io/canonical-name',
      'service.istio.io/workload-name',
      'security.istio.io/tlsMode',
      'topology.istio.io/network',
      'istio.io/rev',
    ),
    fc.constantFrom('web', '', 'a'.repeat(63), 'A.b_c-9', 'default'),
  ),
  fc.constant<[string, string]>(['networking.istio.io/tunnel', 'http']),
);

const owner = fc
  .tuple(
    fc.constantFrom(
      { apiVersion: 'apps/v1', kind: 'ReplicaSet' },
      { apiVersion: 'apps/v1', kind: 'StatefulSet' },
      { apiVersion: 'batch/v1', kind: 'Job' },
      { apiVersion: 'example.com/v1', kind: 'Odd' },
    ),
    fc.constantFrom('web-7d9c5', 'night-28000000', 'a'.repeat(253), '-_.', 'a b', 'ключ', `${'x'.repeat(62)}.y`),
  )
  .map(([kind, name]) => [{ ...kind, name, uid: 'a-uid', controller: true }]);

const spec = fc.record(
  {
    automountServiceAccountToken: fc.constant(false),
    securityContext: fc.constantFrom<Json>(
      { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
      { fsGroup: 1337, supplementalGroups: [1] },
      { runAsUser: 1337 },
    ),
    restartPolicy: fc.constantFrom('Always', 'Never', 'OnFailure'),
    hostUsers: fc.constant(false),
    shareProcessNamespace: fc.constant(true),
    hostname: fc.constant('web'),
    terminationGracePeriodSeconds: fc.constantFrom(3, 60),
    imagePullSecrets: fc.constantFrom([{ name: 'mesh' }], [{ name: 'a' }, { name: 'b' }]),
    resources: fc.constantFrom<Json>(
      { limits: { cpu: '8', memory: '16Gi' } },
      { requests: { cpu: '4', memory: '8Gi' }, limits: { cpu: '8' } },
      { limits: { memory: '1Gi' } },
    ),
    os: fc.constant({ name: 'linux' }),
    readinessGates: fc.constant([{ conditionType: 'example.com/ready' }]),
    dnsPolicy: fc.constantFrom('ClusterFirst', 'Default'),
  },
  { requiredKeys: [] },
);

// what is rare in practice is rare here, or hardly a pod would be injected
const rareSpec = fc.tuple(spec, fc.integer({ min: 0, max: 11 })).map(([fields, kept]): Json => {
  const chosen = Object.entries(fields).filter((_, index) => index === kept || index === kept + 5);
  return Object.fromEntries(chosen);
});

/** Pods as their authors write them; nearly all of them are valid. */
export const authoredPod: fc.Arbitrary<PodJson> = fc
  .record({
    containers: fc.array(container, { minLength: 1, maxLength: 3 }),
    initContainers: fc.array(initContainer, { maxLength: 2 }),
    overrides: fc.record({ proxy: maybe(proxyOverride), redirect: maybe(redirectOverride), first: fc.boolean() }),
    volumes: fc.uniqueArray(volume, { maxLength: 2, selector: ({ name }) => name }),
    labels: fc.array(label, { maxLength: 3 }).map((entries) => Object.fromEntries(entries)),
    annotations: settings,
    ownerReferences: maybe(owner),
    spec: rareSpec,
  })
  .map(({ containers, initContainers, overrides, volumes, labels, annotations, ownerReferences, spec: more }) => {
    const there = new Set(volumes.map(({ name }) => name));
    const mounted = (one: Json): Json => ({
      ...one,
      volumeMounts: ((one.volumeMounts ?? []) as Json[]).filter(({ name }) => there.has(name)),
    });
    // two containers cannot have one port of the node
    const once = (one: Json, index: number): Json => (index > 0 ? { ...one, ports: [HTTP] } : one);
    const authors = containers.map((one, index) => mounted({ name: `app-${index}`, ...once(one, index) }));
    const { proxy, redirect, first } = overrides;
    const namesakes = [proxy, redirect].flatMap((one) => (one === undefined ? [] : [mounted(one)]));
    return asJson({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web', labels, annotations, ownerReferences },
      spec: {
        ...more,
        containers: first ? [...namesakes, ...authors] : [...authors, ...namesakes],
        initContainers: initContainers.map((one, index) => mounted({ name: `init-${index}`, ...one })),
        volumes,
      },
    }) as unknown as PodJson;
  });
