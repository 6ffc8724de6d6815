import { expect, test } from '@jest/globals';
import { admitted, patched } from '../../core-fixtures/admissions.ts';
import { askingPod, type Json, type PodJson } from '../../core-fixtures/pods.ts';
import { policyWith } from '../../core-fixtures/policies.ts';

const STATUS = 'pillion.io/status';
const PROBE = { tcpSocket: { port: 9000 }, periodSeconds: 5 };
const ASKED = { httpGet: { path: '/tcp/9000', port: 15020, scheme: 'HTTP' }, periodSeconds: 5 };

const withProbe = (readinessProbe: unknown, more: Json = {}, annotations = {}): PodJson =>
  askingPod(annotations, { containers: [{ name: 'web', image: 'web', readinessProbe, ...more }] });
const injected = (pod: PodJson, policy = policyWith()): PodJson => patched(pod, admitted(pod, { policy }));
const container = (pod: PodJson, name: string): Json =>
  [...(pod.spec.initContainers ?? []), ...(pod.spec.containers ?? [])].find((one) => one.name === name) as Json;
const checksOf = (pod: PodJson): Json[] => {
  const args = container(pod, 'istio-proxy').args as string[];
  const at = args.indexOf('--config-yaml');
  return at < 0 ? [] : JSON.parse(args[at + 1] ?? '').static_resources.clusters;
};

test.each<[string, PodJson, unknown]>([
  ['its number', withProbe(PROBE), ASKED],
  [
    'its name',
    withProbe({ ...PROBE, tcpSocket: { port: 'x' } }, { ports: [{ name: 'x', containerPort: 9000 }] }),
    ASKED,
  ],
  ['its number, and no host', withProbe({ ...PROBE, tcpSocket: { port: 9000, host: '' } }), ASKED],
])('a port by %s', (_, pod, expected) => {
  const done = injected(pod);
  expect(container(done, 'web').readinessProbe).toEqual(expected);
  expect(checksOf(done)).toHaveLength(1);
  // a second call finds nothing to do
  expect(admitted(done).review.response.patch).toBeUndefined();
});

test.each<[string, PodJson, Json?]>([
  ['another host', withProbe({ tcpSocket: { port: 9000, host: '10.0.0.7' } })],
  ['a port by a name that the container does not declare', withProbe({ tcpSocket: { port: 'nobody' } })],
  ['a port without a name, by no name', withProbe({ tcpSocket: { port: '' } }, { ports: [{ containerPort: 9000 }] })],
  ['a number that is no port', withProbe({ tcpSocket: { port: 70000 } })],
  ['an excluded port', withProbe(PROBE, {}, { 'traffic.sidecar.istio.io/excludeInboundPorts': '8990-9010' })],
  ['a port of the sidecar', withProbe({ tcpSocket: { port: 15021 } })],
  ['HTTP', withProbe({ httpGet: { port: 9000 }, tcpSocket: null })],
  ['a port that is not captured', withProbe(PROBE), { capture: 'None' }],
])('a probe of %s stays as it is', (_, pod, profile = {}) => {
  const before = container(pod, 'web').readinessProbe;
  const done = injected(pod, policyWith({ profile }));
  expect(container(done, 'web').readinessProbe).toEqual(before);
  expect(checksOf(done)).toEqual([]);
});

test('in Classic order those of init containers stay, since they run before the proxy', () => {
  const early = { name: 'early', image: 'early', restartPolicy: 'Always', startupProbe: PROBE };
  // a copy: the patch changes values in place
  const livenessProbe = structuredClone(PROBE);
  const pod = askingPod({}, { initContainers: [early], containers: [{ name: 'web', livenessProbe }] });
  const done = injected(pod, policyWith({ profile: { order: 'Classic' } }));
  expect(container(done, 'early').startupProbe).toEqual(PROBE);
  expect(container(done, 'web').livenessProbe).toEqual(ASKED);
  expect(container(injected(pod), 'early').startupProbe).toEqual(ASKED);
});

test('a port of two probes is watched as often as one needs it and as patiently as the other', () => {
  const livenessProbe = { tcpSocket: { port: 9000 }, timeoutSeconds: 7 };
  const [check, ...others] = checksOf(injected(withProbe(PROBE, { livenessProbe })));
  expect(others).toEqual([]);
  expect(check).toMatchObject({ health_checks: [{ interval: '1s', no_traffic_interval: '1s', timeout: '7s' }] });
});

test('a probe that changes on the way to a second call is watched from then on', () => {
  const first = injected(withProbe(PROBE));
  const changed = structuredClone(first);
  const web = container(changed, 'web') as { livenessProbe?: Json };
  web.livenessProbe = { tcpSocket: { port: 9001 } };
  const second = injected(changed);
  expect(container(second, 'web')).toMatchObject({
    readinessProbe: ASKED,
    livenessProbe: { httpGet: { path: '/tcp/9001', port: 15020 } },
  });
  expect(checksOf(second).map(({ name }) => name)).toEqual(['probed_9000', 'probed_9001']);
});

test.each<[string, unknown]>([
  ['no object', 'junk'],
  ['no port', {}],
  ['a port of another type', { port: {} }],
])('a forged status whose probe has %s changes nothing of the pod', (_, value) => {
  const field = { list: 'containers', container: 'web', path: ['readinessProbe', 'tcpSocket'], value };
  const security = { list: 'containers', container: 'web', path: ['securityContext', 'runAsUser'], value: 1 };
  const status = JSON.stringify({ recordId: '0123456789abcdef', was: { fields: [field, security] } });
  const pod = withProbe({ httpGet: { port: 9000 } }, { ports: [{ containerPort: 9000 }] }, { [STATUS]: status });
  expect(container(injected(pod), 'web')).toEqual(container(pod, 'web'));
});
