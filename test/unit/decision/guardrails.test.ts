import { expect, test } from '@jest/globals';
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
