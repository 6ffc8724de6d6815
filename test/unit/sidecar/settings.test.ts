import { expect, test } from '@jest/globals';
import { ENVOY_ANNOTATIONS } from '../../../src/core/sidecar/profiles/envoy/settings.ts';
import { admitted, patched, recorded } from '../../core-fixtures/admissions.ts';
import { askingPod, type Json, type PodJson } from '../../core-fixtures/pods.ts';

const S = 'sidecar.istio.io/';
const T = 'traffic.sidecar.istio.io/';

const inits = (pod: PodJson): readonly Json[] => pod.spec.initContainers ?? [];
const injected = (pod: PodJson): PodJson => patched(pod, admitted(pod));
const sidecarOf = (pod: PodJson): Json => inits(injected(pod)).find(({ name }) => name === 'istio-proxy') ?? {};
const rulesOf = (pod: PodJson): string => {
  const redirect = inits(injected(pod)).find(({ name }) => name === 'istio-init');
  return String(redirect?.args);
};

const ACCEPTED: [string, string, (pod: PodJson) => unknown, unknown][] = [
  [
    `${S}proxyCPU`,
    '250m',
    (pod) => sidecarOf(pod).resources,
    { requests: { cpu: '250m', memory: '128Mi' }, limits: { cpu: '2', memory: '1Gi' } },
  ],
  [
    `${S}proxyCPULimit`,
    '1.5',
    (pod) => sidecarOf(pod).resources,
    { requests: { cpu: '100m', memory: '128Mi' }, limits: { cpu: '1.5', memory: '1Gi' } },
  ],
  [
    `${S}proxyMemory`,
    '1e8',
    (pod) => sidecarOf(pod).resources,
    { requests: { cpu: '100m', memory: '1e8' }, limits: { cpu: '2', memory: '1Gi' } },
  ],
  [
    `${S}proxyMemoryLimit`,
    '512Mi',
    (pod) => sidecarOf(pod).resources,
    { requests: { cpu: '100m', memory: '128Mi' }, limits: { cpu: '2', memory: '512Mi' } },
  ],
  [`${S}logLevel`, 'trace', (pod) => (sidecarOf(pod).args as string[])[3], 'trace'],
  [
    `${T}excludeInboundPorts`,
    '9000, 9100-9200',
    rulesOf,
    expect.stringContaining(
      'tcp dport 9000 return\n    tcp dport 9100-9200 return\n    meta l4proto tcp redirect to :15006',
    ),
  ],
  [
    `${T}excludeOutboundPorts`,
    '3306',
    rulesOf,
    expect.stringContaining('tcp dport 3306 return\n    meta l4proto tcp redirect to :15001'),
  ],
  [
    `${T}excludeOutboundIPRanges`,
    '10.0.0.0/8,FD00::/8',
    rulesOf,
    expect.stringContaining(
      'ip daddr 10.0.0.0/8 return\n    ip6 daddr fd00::/8 return\n    meta l4proto tcp redirect to :15001',
    ),
  ],
  [`${T}excludeOutboundIPRanges`, '', rulesOf, expect.not.stringContaining('10.0.0.0')],
  // what is done with the traffic to them: test/unit/sidecar/traffic.test.ts
  ['pillion.io/depends-on', 'inventory, pricing/quotes', (pod) => sidecarOf(pod).name, 'istio-proxy'],
];

test.each(ACCEPTED)('%s accepts %j', (key, value, of, expected) => {
  const pod = askingPod({ [key]: value });
  expect(of(pod)).toEqual(expected);
  const { setting } = ENVOY_ANNOTATIONS.get(key) ?? {};
  expect(recorded(pod).settings).toEqual([{ setting, origin: `annotation ${key}`, value }]);
});

const REFUSED: [string, string[]][] = [
  [`${S}proxyCPU`, ['', 'lots', '-1', '1 ', '1mm', '1_000', '1e999', '١']],
  [`${S}proxyCPULimit`, ['100%']],
  [`${S}proxyMemory`, ['128MB', '128mib']],
  [`${S}proxyMemoryLimit`, ['Mi']],
  [`${S}logLevel`, ['', 'Info', 'warn', 'debug\n']],
  [`${T}excludeInboundPorts`, ['0', '65536', '80,', '9-8', '*', 'http', Array(129).fill('80').join(',')]],
  [`${T}excludeOutboundPorts`, ['-1', '80;drop', '1-2-3']],
  [
    `${T}excludeOutboundIPRanges`,
    ['10.0.0.0', '10.0.0.0/33', '::/129', '*', '300.0.0.0/8', '10.0.0.0/8 10.0.0.0/8', '1.2.3.4/08x'],
  ],
  [
    'pillion.io/depends-on',
    [
      'Inventory',
      'a/b/c',
      'inventory.shop',
      'a b',
      '../x',
      Array.from({ length: 65 }, (_, index) => `s${index}`).join(),
    ],
  ],
];

test.each(REFUSED.flatMap(([key, values]) => values.map((value) => [key, value] as const)))(
  '%s refuses %j',
  (key, value) => {
    const { record } = admitted(askingPod({ [key]: value }));
    expect(record).toMatchObject({ reason: 'invalid-annotation', settings: [] });
    const path = `/metadata/annotations/${key.replaceAll('/', '~1')}`;
    const { accepted } = ENVOY_ANNOTATIONS.get(key) ?? {};
    expect(record?.problems).toEqual([{ path, message: expect.stringContaining(`; accepted: ${accepted}`) }]);
  },
);

test('every annotation that is read has an accepted and a refused example above', () => {
  const keys = [...ENVOY_ANNOTATIONS.keys()].sort();
  expect([...new Set(ACCEPTED.map(([key]) => key))].sort()).toEqual(keys);
  expect(REFUSED.map(([key]) => key).sort()).toEqual(keys);
});

test('an override container counts more than an annotation, and says so', () => {
  const override = { name: 'istio-proxy', image: 'auto', resources: { requests: { cpu: '300m' } } };
  const pod = askingPod({ [`${S}proxyCPU`]: '200m' }, { containers: [{ name: 'web', image: 'web' }, override] });
  expect(sidecarOf(pod).resources).toMatchObject({ requests: { cpu: '300m', memory: '128Mi' } });
  expect(recorded(pod).settings).toEqual([
    { setting: 'requestCpu', origin: `annotation ${S}proxyCPU`, value: '200m' },
    { setting: 'requestCpu', origin: 'container istio-proxy', value: '300m' },
  ]);
});

test('an override is the author’s word only: the API server’s own additions to it are no offence', () => {
  const override = {
    name: 'istio-proxy',
    image: 'auto',
    resources: {},
    imagePullPolicy: 'Always',
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    volumeMounts: [
      { name: 'kube-api-access-x7k2p', readOnly: true, mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' },
    ],
  };
  expect(admitted(askingPod({}, { containers: [{ name: 'web', image: 'web' }, override] })).reason).toBe('opted-in');
});
