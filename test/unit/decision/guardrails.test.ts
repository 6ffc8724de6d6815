import { describe, expect, test } from '@jest/globals';
import { recorded } from '../../core-fixtures/admissions.ts';
import { askingPod, type PodJson } from '../../core-fixtures/pods.ts';
import { policyWith } from '../../core-fixtures/policies.ts';

const CPU = 'sidecar.istio.io/proxyCPU';
const MEMORY = 'sidecar.istio.io/proxyMemoryLimit';
const policy = policyWith({
  spec: {
    overrides: {
      allow: [
        { key: CPU, min: '10m', max: '2' },
        { key: MEMORY, max: '1Gi' },
      ],
      others: 'Deny',
    },
  },
});
const container = (requests: object): PodJson =>
  askingPod(
    {},
    {
      containers: [
        { name: 'web', image: 'web' },
        { name: 'istio-proxy', image: 'auto', resources: { requests } },
      ],
    },
  );

test.each<[string, PodJson, string, string]>([
  ['an amount at its lower bound', askingPod({ [CPU]: '0.01' }), 'opted-in', ''],
  ['an amount at its upper bound, spelt otherwise', askingPod({ [CPU]: '2000m' }), 'opted-in', ''],
  ['an amount below', askingPod({ [CPU]: '9m' }), 'override-out-of-bounds', '/spec/overrides/allow/0'],
  ['an amount above', askingPod({ [MEMORY]: '1025Mi' }), 'override-out-of-bounds', '/spec/overrides/allow/1'],
  [
    'a key that is not listed',
    askingPod({ 'sidecar.istio.io/logLevel': 'debug' }),
    'override-forbidden',
    '/spec/overrides/others',
  ],
  ['an amount that a container asks for', container({ cpu: '3' }), 'override-out-of-bounds', '/spec/overrides/allow/0'],
  [
    'a container that sets what is not listed',
    container({ memory: '1Gi' }),
    'override-forbidden',
    '/spec/overrides/others',
  ],
  ['an amount that cannot be read', askingPod({ [CPU]: 'much' }), 'invalid-annotation', ''],
])('%s', (_, pod, reason, rule) => {
  const record = recorded(pod, { policy });
  expect(record.reason).toBe(reason);
  if (rule !== '') expect(record.rule).toBe(rule);
});

test('what is allowed is said where something else was found', () => {
  const { problems } = recorded(askingPod({ [CPU]: '5m' }), { policy });
  expect(problems).toEqual([
    {
      path: '/metadata/annotations/sidecar.istio.io~1proxyCPU',
      message: 'sidecar.istio.io/proxyCPU is "5m"; the policy allows at least 10m and at most 2',
    },
  ]);
});

const IMAGE = 'sidecar.istio.io/proxyImage';
const MODE = 'sidecar.istio.io/interceptionMode';
const MOUNT = 'sidecar.istio.io/userVolumeMount';
const VOLUME = 'sidecar.istio.io/userVolume';
const DIGEST = `sha256:${'0'.repeat(64)}`;

const meshPolicy = (overrides: object, more: object = {}) =>
  policyWith({
    istio: { images: { proxy: `istio/proxyv2@${DIGEST}`, init: `istio/proxyv2@${DIGEST}` } },
    spec: { profiles: [{ name: 'istio' }], overrides, ...more },
  });
const BOUNDED = meshPolicy({
  allow: [
    { key: IMAGE, images: ['registry.example/mesh/*', 'istio/proxyv2'] },
    { key: MODE, values: ['REDIRECT', 'NONE'] },
    { key: MOUNT, paths: ['/etc/certs', '/data/'] },
    { key: VOLUME },
  ],
});
const mounting = (mountPath: string, key = MOUNT): PodJson =>
  askingPod({
    [VOLUME]: JSON.stringify({ own: { emptyDir: {} } }),
    [key]: JSON.stringify({ own: { mountPath } }),
  });
const containerMounting = (mountPath: string): PodJson =>
  askingPod(
    {},
    {
      volumes: [{ name: 'own', emptyDir: {} }],
      containers: [
        { name: 'web', image: 'web' },
        { name: 'istio-proxy', image: 'auto', volumeMounts: [{ name: 'own', mountPath }] },
      ],
    },
  );

test.each<[string, PodJson, boolean]>([
  ['an image of the repository', askingPod({ [IMAGE]: 'istio/proxyv2:1.30' }), true],
  ['an image below the other', askingPod({ [IMAGE]: 'registry.example/mesh/own/proxyv2:1' }), true],
  ['an image that only begins so', askingPod({ [IMAGE]: 'istio/proxyv2-mine:1' }), false],
  [
    'an image of a registry that is called like it',
    askingPod({ [IMAGE]: 'registry.example:5000/mesh/proxyv2' }),
    false,
  ],
  ['a value of the list', askingPod({ [MODE]: 'NONE' }), true],
  ['a value that is not in it', askingPod({ [MODE]: 'TPROXY' }), false],
  ['a mount at a path', mounting('/etc/certs'), true],
  ['a mount below one', mounting('/data/own'), true],
  ['a mount beside one', mounting('/etc/certs-of-istio'), false],
  ['a mount that climbs out', mounting('/etc/certs/../istio'), false],
  ['a mount by a container of its own', containerMounting('/data'), false],
  ['a mount by a container of its own below a path', containerMounting('/data/own'), true],
])('%s', (_, pod, accepted) => {
  const { reason, problems } = recorded(pod, { policy: BOUNDED });
  expect([reason, problems.length > 0]).toEqual(accepted ? ['opted-in', false] : ['override-out-of-bounds', true]);
});

test('without repositories of its own an image comes from those of the profiles, and by its digest where that is asked for', () => {
  const image = (name: string, overrides: object) =>
    recorded(askingPod({ [IMAGE]: name }), { policy: meshPolicy({ allow: [{ key: IMAGE }], ...overrides }) }).reason;
  expect(image('istio/proxyv2:1', {})).toBe('opted-in');
  expect(image('other/proxyv2:1', {})).toBe('override-out-of-bounds');
  expect(image('istio/proxyv2:1', { imagesByDigest: true })).toBe('override-out-of-bounds');
  expect(image(`istio/proxyv2:1@${DIGEST}`, { imagesByDigest: true })).toBe('opted-in');
});

test('the built-in policy lets no pod make its proxy root, nor mount anything', () => {
  const builtIn = policyWith({ istio: {}, spec: { profiles: [{ name: 'istio' }] } });
  expect(recorded(askingPod({ [MODE]: 'TPROXY' }), { policy: builtIn }).reason).toBe('override-out-of-bounds');
  expect(recorded(containerMounting('/data'), { policy: builtIn }).reason).toBe('override-forbidden');
});

test('each bound says for itself what follows, and the strictest counts', () => {
  const overrides = {
    allow: [{ key: MODE, values: ['NONE'], beyond: 'Warn' as const }, { key: IMAGE }],
    others: 'Deny',
  };
  const mode = recorded(askingPod({ [MODE]: 'TPROXY' }), { policy: meshPolicy(overrides) });
  expect([mode.reason, mode.hints.map(({ code }) => code)]).toEqual(['opted-in', ['override-beyond-policy']]);
  const both = recorded(askingPod({ [MODE]: 'TPROXY', [IMAGE]: 'other/x:1' }), { policy: meshPolicy(overrides) });
  expect([both.reason, both.problems.map(({ path }) => path)]).toEqual([
    'override-out-of-bounds',
    ['/metadata/annotations/sidecar.istio.io~1proxyImage'],
  ]);
});

describe('waivers', () => {
  const waiver = (rule: string, expires = '2026-11-03') => ({
    rule,
    scope: { podSelector: { matchLabels: { team: 'legacy' } } },
    reason: 'it is being rewritten',
    expires,
  });
  const legacy = (pod: PodJson): PodJson => ({
    ...pod,
    metadata: { ...(pod.metadata as object), labels: { team: 'legacy' } },
  });
  const waiving = (...waivers: readonly object[]) =>
    meshPolicy({ allow: [{ key: MODE, values: ['NONE'] }] }, { waivers });
  const asUser = askingPod({}, { containers: [{ name: 'web', image: 'web', securityContext: { runAsUser: 1337 } }] });

  test.each<[string, string, PodJson]>([
    ['override-out-of-bounds', 'a value', askingPod({ [MODE]: 'TPROXY' })],
    ['override-forbidden', 'a key', askingPod({ [IMAGE]: 'other/x:1' })],
    ['uid-conflict', 'a user', asUser],
  ])('%s: %s is waived for the pods of its scope until its day, and recorded', (rule, _, pod) => {
    const policy = waiving(waiver(rule));
    expect(recorded(pod, { policy }).reason).toBe(rule);
    const waived = recorded(legacy(pod), { policy });
    expect(waived).toMatchObject({ reason: 'opted-in', problems: [] });
    expect(waived.hints).toEqual([
      {
        code: 'refusal-waived',
        auditOnly: true,
        message: expect.stringContaining('waived until 2026-11-03 by /spec/waivers/0: it is being rewritten'),
      },
    ]);
    expect(recorded(legacy(pod), { policy: waiving(waiver(rule, '2026-11-02')) }).reason).toBe(rule);
    const other = rule === 'uid-conflict' ? 'override-forbidden' : 'uid-conflict';
    expect(recorded(legacy(pod), { policy: waiving(waiver(other)) }).reason).toBe(rule);
  });

  test('what no policy allows is not waived', () => {
    const pod = askingPod(
      {},
      {
        containers: [
          { name: 'web', image: 'web' },
          { name: 'istio-proxy', image: 'auto', command: ['sh'] },
        ],
      },
    );
    expect(recorded(legacy(pod), { policy: waiving(waiver('override-forbidden')) }).reason).toBe('override-forbidden');
  });

  test('a waiver that has ended is told with its policy', () => {
    const { ended, waivers } = waiving(waiver('uid-conflict', '2026-11-02'), waiver('uid-conflict'));
    expect(waivers.map(({ rule }) => rule)).toEqual(['/spec/waivers/1']);
    expect(ended).toEqual([{ rule: '/spec/waivers/0', reason: 'it is being rewritten', expires: '2026-11-02' }]);
  });
});
