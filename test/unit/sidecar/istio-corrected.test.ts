import { describe, expect, test } from '@jest/globals';
import { type Answered, admitted, patched } from '../../core-fixtures/admissions.ts';
import { askingPod, type Json, ownedBy, type PodJson } from '../../core-fixtures/pods.ts';
import { policyWith } from '../../core-fixtures/policies.ts';

// Each correction of the Istio reference, chapters 3 and 9: what Istio's injector does, and what is done instead

const policies = (istio: Json) =>
  (['Istio', 'Corrected'] as const).map((compatibility) =>
    policyWith({ istio: { ...istio, compatibility }, spec: { profiles: [{ name: 'istio' }] } }),
  );

interface Both {
  readonly istio: Answered;
  readonly corrected: Answered;
  /** The pods that come of it; the pod itself when it is refused. */
  readonly pods: { readonly istio: PodJson; readonly corrected: PodJson };
}

function both(pod: PodJson, profile: Json = {}): Both {
  const [asIstio, asCorrected] = policies(profile);
  if (asIstio === undefined || asCorrected === undefined) throw new Error('there are two compatibilities');
  const [istio, corrected] = [admitted(pod, { policy: asIstio }), admitted(pod, { policy: asCorrected })];
  return { istio, corrected, pods: { istio: patched(pod, istio), corrected: patched(pod, corrected) } };
}

const part = ({ spec }: PodJson, name: string): Json =>
  [...(spec.initContainers ?? []), ...spec.containers].find((container) => container.name === name) ?? {};
const proxy = (pod: PodJson): Json => part(pod, 'istio-proxy');
const variables = (pod: PodJson) => (proxy(pod).env as readonly Json[]).map(({ name }) => name);
const app = (more: Json): Json => ({ containers: [{ name: 'web', image: 'web', ...more }] });
const READY = { readinessProbe: { httpGet: { port: 8080 } } };

describe('resources', () => {
  test('one annotation keeps the other amounts', () => {
    const { pods } = both(askingPod({ 'sidecar.istio.io/proxyCPU': '200m' }));
    expect(proxy(pods.istio).resources).toEqual({ requests: { cpu: '200m' } });
    expect(proxy(pods.corrected).resources).toEqual({
      requests: { cpu: '200m', memory: '128Mi' },
      limits: { cpu: '2', memory: '1Gi' },
    });
  });

  test('the redirect container has small amounts of its own', () => {
    const { pods } = both(askingPod());
    expect(part(pods.istio, 'istio-init').resources).toEqual(proxy(pods.istio).resources);
    expect(part(pods.corrected, 'istio-init').resources).toEqual({
      requests: { cpu: '10m', memory: '40Mi' },
      limits: { cpu: '100m', memory: '128Mi' },
    });
  });

  test('a sidecar without limits is not told those of its node', () => {
    const { pods } = both(askingPod(), { resources: { requests: {}, limits: {} } });
    const told = ['ISTIO_CPU_LIMIT', 'GOMEMLIMIT', 'GOMAXPROCS'];
    expect(variables(pods.istio)).toEqual(expect.arrayContaining(told));
    expect(variables(pods.corrected).filter((name) => told.includes(String(name)))).toEqual([]);
  });
});

describe('probes that nobody would answer', () => {
  test('the port has a name that the container does not declare', () => {
    const { istio, corrected, pods } = both(askingPod({}, app({ livenessProbe: { tcpSocket: { port: 'http' } } })));
    expect(istio.verdict).toBe('inject');
    expect(part(pods.istio, 'web').livenessProbe).toMatchObject({ httpGet: { port: 15020 } });
    expect(variables(pods.istio)).not.toContain('ISTIO_KUBE_APP_PROBERS');
    expect(corrected).toMatchObject({ verdict: 'deny', reason: 'probe-not-rewritable' });
    expect(corrected.record?.problems).toMatchObject([{ path: '/spec/containers/0/livenessProbe' }]);
  });

  test('the status port is switched off', () => {
    const { istio, corrected } = both(askingPod({ 'status.sidecar.istio.io/port': '0' }, app(READY)));
    // no API server takes the port 0 that Istio sends them to
    expect(istio).toMatchObject({ verdict: 'deny', reason: 'rendered-pod-invalid' });
    expect(corrected).toMatchObject({ verdict: 'deny', reason: 'probe-not-rewritable' });
  });
});

test('the status port of the pod’s own ProxyConfig is the port of all that ask the agent', () => {
  const wish = { 'proxy.istio.io/config': 'statusPort: 15999', 'prometheus.io/port': '9090' };
  const { pods } = both(askingPod(wish, app(READY)));
  const ports = (pod: PodJson) => ({
    probe: part(pod, 'web').readinessProbe,
    redirect: (part(pod, 'istio-init').args as string[]).find((arg) => arg.startsWith('15090,')),
    drain: JSON.stringify(proxy(pod).lifecycle).match(/--debug-port=(\d+)/)?.[1],
    scrape: pod.metadata.annotations?.['prometheus.io/port'],
  });
  const of = (port: number) => ({
    probe: { httpGet: { path: '/app-health/web/readyz', port } },
    redirect: `15090,15021,${port}`,
    drain: String(port),
    scrape: String(port),
  });
  expect(ports(pods.istio)).toEqual(of(15020));
  expect(ports(pods.corrected)).toEqual(of(15999));
});

test('the status port of the profile is one, wherever it is written', () => {
  const { pods } = both(askingPod({}, app(READY)), { proxyConfig: { statusPort: 15999 } });
  const excluded = (pod: PodJson) => (part(pod, 'istio-init').args as string[]).includes('15090,15021,15999');
  expect([excluded(pods.istio), excluded(pods.corrected)]).toEqual([false, true]);
});

describe('a status port of 0', () => {
  const seen = (pod: PodJson) => ({
    excluded: (part(pod, 'istio-init').args as string[]).find((arg) => arg.startsWith('15090,')),
    drain: JSON.stringify(proxy(pod).lifecycle ?? {}).match(/--debug-port=(\d+)/)?.[1],
    probe: part(pod, 'web').readinessProbe,
    scrape: pod.metadata.annotations?.['prometheus.io/port'],
    sidecarIsProbed: 'readinessProbe' in proxy(pod),
  });
  const metrics = { 'prometheus.io/port': '9102' };

  test('of the profile takes away the probes of the sidecar, and nothing else', () => {
    const { pods } = both(askingPod(metrics, app(READY)), { probes: { statusPort: 0 } });
    const probe = { httpGet: { path: '/app-health/web/readyz', port: 15020 } };
    const elsewhere = { probe, scrape: '15020', sidecarIsProbed: false };
    expect(seen(pods.istio)).toEqual({ ...elsewhere, excluded: '15090,15021', drain: '0' });
    expect(seen(pods.corrected)).toEqual({ ...elsewhere, excluded: '15090,15021,15020', drain: '15020' });
  });

  test('of the pod leaves nobody asking the agent, which does not listen', () => {
    const { pods } = both(askingPod({ ...metrics, 'status.sidecar.istio.io/port': '0' }));
    const common = { excluded: '15090,15021', probe: undefined, sidecarIsProbed: false };
    expect(seen(pods.istio)).toEqual({ ...common, drain: '0', scrape: '15020' });
    expect(seen(pods.corrected)).toEqual({ ...common, drain: undefined, scrape: '9102' });
    expect(variables(pods.corrected)).not.toContain('ISTIO_PROMETHEUS_ANNOTATIONS');
  });

  test.each([
    ['prometheus.istio.io/scrape-targets', '9102:/metrics', {}],
    ['prometheus.istio.io/merge-metrics', 'true', {}],
    ['proxy.istio.io/config', 'holdApplicationUntilProxyStarts: true', { order: 'Classic' }],
  ])('of a pod that needs the agent by %s: %s is refused', (key, value, profile) => {
    const pod = askingPod({ 'status.sidecar.istio.io/port': '0', [key]: value });
    const { istio, corrected } = both(pod, profile);
    expect([istio.verdict, corrected.verdict, corrected.reason]).toEqual(['inject', 'deny', 'invalid-annotation']);
    expect(corrected.record?.problems).toEqual([
      expect.objectContaining({ message: expect.stringMatching(/^status\.sidecar\.istio\.io\/port is "0"; without/) }),
    ]);
  });

  test('of a pod that wants no metrics merged is one', () => {
    const wish = { 'prometheus.istio.io/merge-metrics': 'false', 'prometheus.istio.io/scrape-targets': '9102' };
    const { corrected } = both(askingPod({ 'status.sidecar.istio.io/port': '0', ...wish }));
    expect(corrected.verdict).toBe('inject');
  });
});

describe('metrics', () => {
  const scraped = (pod: PodJson) =>
    Object.keys(pod.metadata.annotations ?? {}).filter((key) => key.startsWith('prometheus.io/'));

  test('a pod that shows none is not scraped', () => {
    const { pods } = both(askingPod());
    expect(scraped(pods.istio)).toHaveLength(3);
    expect(scraped(pods.corrected)).toEqual([]);
  });

  test('one that shows some is', () => {
    const { pods } = both(askingPod({ 'prometheus.io/port': '9090' }));
    expect(scraped(pods.corrected)).toHaveLength(3);
  });
});

// chapter 9 item 8; with the built-in policy the annotations are refused whatever the profile says of Istio
test.each([
  ['a privileged proxy', { 'proxy.istio.io/config': 'proxyMetadata: { IPTABLES_TRACE_LOGGING: "true" }' }],
  ['another image', { 'sidecar.istio.io/proxyImage': 'evil/proxy:1' }],
  ['a port below 1024, as root', { 'sidecar.istio.io/capNetBindService': 'true' }],
  ['any volume', { 'sidecar.istio.io/userVolume': '{"host":{"hostPath":{"path":"/"}}}' }],
  ['a mount', { 'sidecar.istio.io/userVolumeMount': '{"host":{"mountPath":"/"}}' }],
  ['another certificate authority', { 'proxy.istio.io/config': 'proxyMetadata: { CA_ADDR: "evil:15012" }' }],
  ['another program', { 'proxy.istio.io/config': 'binaryPath: /tmp/evil' }],
  ['another control plane', { 'proxy.istio.io/config': 'discoveryAddress: evil:15012' }],
  ['another control plane by annotation', { 'sidecar.istio.io/discoveryAddress': 'evil:15012' }],
  ['no Envoy at all', { 'proxy.istio.io/config': 'proxyMetadata: { DISABLE_ENVOY: "true" }' }],
  ['a trust in another control plane', { 'proxy.istio.io/config': 'proxyMetadata: { XDS_ROOT_CA: /tmp/evil.pem }' }],
  ['a trust in another authority', { 'proxy.istio.io/config': 'proxyMetadata: { CA_ROOT_CA: /tmp/evil.pem }' }],
  ['a library in the proxy', { 'proxy.istio.io/config': 'proxyMetadata: { LD_PRELOAD: /tmp/evil.so }' }],
])('a pod cannot have %s', (_, annotations) => {
  const { corrected } = both(askingPod(annotations));
  expect(corrected).toMatchObject({ verdict: 'deny', reason: 'override-forbidden' });
});

test('a variable that makes the proxy privileged is one with compatibility Istio', () => {
  const wish = { 'proxy.istio.io/config': 'proxyMetadata: { IPTABLES_TRACE_LOGGING: "true" }' };
  expect(proxy(both(askingPod(wish)).pods.istio).securityContext).toMatchObject({ privileged: true, runAsUser: 0 });
});

test('a bootstrap of one’s own is refused with a reason', () => {
  const { corrected } = both(askingPod({ 'sidecar.istio.io/bootstrapOverride': 'mine' }));
  expect(corrected).toMatchObject({ verdict: 'deny', reason: 'invalid-annotation' });
});

test.each([
  ['securityContext', { securityContext: { privileged: true, allowPrivilegeEscalation: true } }],
  ['command', { command: ['sh'] }],
  ['args', { args: ['sleep'] }],
  ['env', { env: [{ name: 'LD_PRELOAD', value: '/tmp/evil.so' }] }],
  ['env', { env: [{ name: 'DISABLE_ENVOY', value: 'true' }] }],
  ['env', { env: [{ name: 'XDS_ROOT_CA', value: '/tmp/evil.pem' }] }],
])('a container istio-proxy in the pod changes %s of the sidecar with compatibility Istio only', (field, more) => {
  const override = { name: 'istio-proxy', image: 'auto', ...more };
  const { istio, corrected, pods } = both(askingPod({}, { containers: [{ name: 'web', image: 'web' }, override] }));
  expect(istio.verdict).toBe('inject');
  const said: object = Object.values(more)[0];
  const carried = Array.isArray(said) ? expect.arrayContaining(said) : expect.objectContaining({ ...said });
  expect(proxy(pods.istio)[field]).toEqual(carried);
  expect(corrected).toMatchObject({ verdict: 'deny', reason: 'override-forbidden' });
});

describe('variables and life cycle calls of a container istio-proxy in the pod', () => {
  const exec = { exec: { command: ['sleep', '9'] } };
  const override = {
    env: [{ name: 'TOKEN', value: 'secret' }, { name: 'B' }],
    lifecycle: { preStop: exec, postStart: null },
  };
  const pod = askingPod(
    {},
    {
      containers: [
        { name: 'web', image: 'web' },
        { name: 'istio-proxy', image: 'auto', ...override },
      ],
    },
  );
  const given = (overrides?: object) =>
    admitted(pod, {
      policy: policyWith({ istio: {}, spec: { profiles: [{ name: 'istio' }], ...(overrides ? { overrides } : {}) } }),
    });

  test('are recorded, the names and values of variables left out', () => {
    const origin = 'container istio-proxy';
    expect(given().record?.settings).toEqual(
      expect.arrayContaining([
        { setting: 'env', origin, value: '2 variables' },
        { setting: 'lifecycle', origin, value: 'preStop' },
      ]),
    );
    expect(given().verdict).toBe('inject');
  });

  test('are open to pods whose policy allows proxy.istio.io/config, and closed to all others', () => {
    const others = 'Deny';
    expect(given({ allow: [{ key: 'proxy.istio.io/config' }], others }).verdict).toBe('inject');
    const closed = given({ allow: [], others });
    expect([closed.verdict, closed.reason]).toEqual(['deny', 'override-forbidden']);
    expect(closed.record?.problems.map(({ message }) => message)).toEqual([
      'env of the container istio-proxy is not among the settings that the policy allows (none)',
      'lifecycle of the container istio-proxy is not among the settings that the policy allows (none)',
    ]);
  });
});

test.each([
  'sidecar.istio.io/proxyCpu',
  'sidecar.istio.io/bootstrapOverrides',
  'traffic.sidecar.istio.io/excludeInboundPort',
])('the annotation %s, which nobody reads, is hinted', (key) => {
  const { corrected } = both(askingPod({ [key]: '1' }));
  expect(corrected.verdict).toBe('inject');
  expect(corrected.record?.hints).toMatchObject([{ code: 'annotation-unknown' }]);
});

test.each([
  ['sidecar.istio.io/proxyImage', 'proxyv2', 'invalid-annotation'],
  ['sidecar.istio.io/nativeSidecar', 'yes', 'invalid-annotation'],
  ['traffic.sidecar.istio.io/includeOutboundPorts', 'http', 'invalid-annotation'],
  ['sidecar.istio.io/rewriteAppHTTPProbers', 'no', 'invalid-annotation'],
])('%s: %s is refused and not passed over', (key, value, reason) => {
  const { corrected } = both(askingPod({ [key]: value }));
  expect([corrected.reason, ...(corrected.record?.also ?? [])]).toContain(reason);
  expect(corrected.verdict).toBe('deny');
});

test.each([
  ['sidecar.istio.io/interceptionMode', 'NONE', 'sidecar.istio.io/interceptionMode is'],
  ['proxy.istio.io/config', 'interceptionMode: NONE', 'interceptionMode of proxy.istio.io/config is'],
])('a mode is refused that the CNI plugin would fail the pod for, and %s is named', (key, value, named) => {
  const { istio, corrected } = both(askingPod({ [key]: value }), { capture: 'Cni' });
  expect(istio.verdict).toBe('inject');
  expect(corrected).toMatchObject({ verdict: 'deny', reason: 'invalid-annotation' });
  expect(corrected.record?.problems).toEqual([
    { path: `/metadata/annotations/${key.replace('/', '~1')}`, message: expect.stringContaining(named) },
  ]);
});

test('a Job does not get a sidecar that it would wait for', () => {
  const { istio, corrected } = both(ownedBy('Job', 'nightly', askingPod()), { order: 'Classic' });
  expect(istio.verdict).toBe('inject');
  expect(corrected).toMatchObject({ verdict: 'deny', reason: 'job-needs-native-sidecar' });
});

test('the volumes say that they are empty directories, and the containers have a seccomp profile', () => {
  const { pods } = both(askingPod());
  const socket = (pod: PodJson) => pod.spec.volumes?.find(({ name }) => name === 'workload-socket');
  expect(socket(pods.istio)).toEqual({ name: 'workload-socket' });
  expect(socket(pods.corrected)).toEqual({ name: 'workload-socket', emptyDir: {} });
  const seccomp = (pod: PodJson) => (proxy(pod).securityContext as Json).seccompProfile;
  expect([seccomp(pods.istio), seccomp(pods.corrected)]).toEqual([undefined, { type: 'RuntimeDefault' }]);
});
