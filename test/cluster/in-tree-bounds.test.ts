import { beforeAll, describe, expect, test } from '@jest/globals';
import type { ActivePolicy } from '../../src/core/policy/active-policy.ts';
import { policyWith } from '../core-fixtures/policies.ts';
import {
  applyInTree,
  asking,
  clusterWithoutPillion,
  decisionOf,
  NAMESPACES,
  podsOf,
  told,
  typeWarnings,
} from './without-pillion.ts';

// What the API server holds by itself of bounds, waivers and exclusions is what `decide` says.

const cluster = clusterWithoutPillion();

const IMAGE = 'sidecar.istio.io/proxyImage';
const MODE = 'sidecar.istio.io/interceptionMode';
const LEVEL = 'sidecar.istio.io/logLevel';
const CPU = 'sidecar.istio.io/proxyCPU';
const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;

type Change = NonNullable<Parameters<typeof policyWith>[0]>['spec'];

const meshPolicy = (spec: Change) =>
  policyWith({
    istio: { images: { proxy: `istio/proxyv2@${DIGEST}`, init: `istio/proxyv2@${DIGEST}` } },
    spec: { finalState: 'Off', profiles: [{ name: 'istio' }], ...spec },
  });

interface Row {
  readonly annotations?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly namespace?: string;
}

/** Whether the API server refuses the pod, and whether `decide` does so for a reason that annotations tell. */
async function answers({ annotations = {}, labels = {}, namespace = 'enabled' }: Row, policy: ActivePolicy) {
  const pod = asking({ annotations, labels });
  const { status, text } = told(await cluster.api.call('POST', `${podsOf(namespace)}?dryRun=All`, pod));
  const { verdict, reason } = decisionOf(pod, namespace, policy);
  const refuses = verdict === 'deny' && ['override-forbidden', 'override-out-of-bounds'].includes(reason);
  return { inTree: status === 403, byDecide: refuses, text };
}

async function agree(rows: readonly Row[], policy: ActivePolicy): Promise<number> {
  let refused = 0;
  for (const row of rows) {
    const { inTree, byDecide, text } = await answers(row, policy);
    expect({ row, refused: inTree, text }).toEqual({ row, refused: byDecide, text });
    if (inTree) refused += 1;
  }
  return refused;
}

const IMAGES = [
  'istio/proxyv2',
  'istio/proxyv2:1.30',
  `istio/proxyv2@${DIGEST}`,
  `istio/proxyv2:1.30@${DIGEST}`,
  `istio/proxyv2@${DIGEST.slice(0, -1)}`,
  'istio/proxyv2-mine:1',
  'istio/proxyv2/more:1',
  'istio/proxyv2:1:2',
  'other/istio/proxyv2:1',
  'istioXproxyv2/a:1',
  'registry.example/mesh/proxyv2:1',
  'registry.example/mesh/own/proxyv2',
  'registry-example/mesh/proxyv2:1',
  'registry.example:5000/mesh/proxyv2:1',
];

describe.each<[string, Change, readonly Row[]]>([
  [
    'images of the operator’s profiles',
    { overrides: { allow: [{ key: IMAGE }] } },
    IMAGES.map((image) => ({ annotations: { [IMAGE]: image } })),
  ],
  [
    'images of repositories, by their digest',
    {
      overrides: {
        allow: [{ key: IMAGE, images: ['istio/proxyv2', 'registry.example/mesh/*'] }],
        imagesByDigest: true,
      },
    },
    [...IMAGES, `registry.example/mesh/proxyv2@${DIGEST}`].map((image) => ({ annotations: { [IMAGE]: image } })),
  ],
  [
    'values',
    { overrides: { allow: [{ key: MODE, values: ['REDIRECT', 'NONE'] }] } },
    ['REDIRECT', 'NONE', 'TPROXY'].map((mode) => ({ annotations: { [MODE]: mode } })),
  ],
  [
    'a waiver of keys and one of bounds, each for its pods',
    {
      overrides: { allow: [{ key: CPU, max: '1' }] },
      waivers: [
        {
          rule: 'override-forbidden',
          scope: { podSelector: { matchLabels: { team: 'legacy' } } },
          reason: 'it is being rewritten',
          expires: '2026-11-03',
        },
        {
          rule: 'override-out-of-bounds',
          scope: {
            namespaceSelector: { matchExpressions: [{ key: 'istio.io/rev', operator: 'Exists' }] },
            podSelector: { matchLabels: { team: 'heavy' } },
          },
          reason: 'it carries all of the traffic',
          expires: '2026-12-31',
        },
        {
          rule: 'override-forbidden',
          scope: { podSelector: { matchLabels: { team: 'late' } } },
          reason: 'it had its time to do so',
          expires: '2026-11-02',
        },
      ],
    },
    ['legacy', 'heavy', 'late', 'other'].flatMap((team) =>
      ['enabled', 'our-revision'].flatMap((namespace) =>
        [{ [LEVEL]: 'debug' }, { [CPU]: '2' }, { [LEVEL]: 'debug', [CPU]: '2' }, {}].map((annotations) => ({
          ...{ annotations: annotations as Record<string, string>, labels: { team }, namespace },
        })),
      ),
    ),
  ],
  [
    'exclusions',
    {
      overrides: { allow: [] },
      exclusions: [
        { podSelector: { matchLabels: { team: 'legacy' } }, reason: 'it speaks first', expires: '2026-11-03' },
        {
          namespaceSelector: { matchLabels: { 'istio.io/rev': 'default' } },
          reason: 'it is to be closed soon',
          expires: '2026-11-03',
        },
        { podSelector: { matchLabels: { team: 'late' } }, reason: 'it had its time', expires: '2026-11-02' },
      ],
    },
    ['legacy', 'late', 'other'].flatMap((team) =>
      Object.keys(NAMESPACES).map((namespace) => ({
        ...{ annotations: { [LEVEL]: 'debug' }, labels: { team }, namespace },
      })),
    ),
  ],
])('%s', (_, change, rows) => {
  const policy = meshPolicy(change);
  beforeAll(() => applyInTree(cluster.controlPlane, policy));

  test('the API server refuses exactly the pods that decide refuses', async () => {
    const refused = await agree(rows, policy);
    expect(refused).toBeGreaterThan(0);
    expect(refused).toBeLessThan(rows.length);
    const warnings = Object.values(await typeWarnings(cluster.controlPlane));
    expect(warnings.flat()).toEqual([]);
  });
});

describe('an action for each bound', () => {
  const policy = meshPolicy({
    overrides: {
      allow: [{ key: MODE, values: ['NONE'], beyond: 'Warn' }, { key: CPU, max: '1', beyond: 'Audit' }, { key: IMAGE }],
      others: 'Deny',
    },
  });
  beforeAll(() => applyInTree(cluster.controlPlane, policy));

  test.each<[string, Row, number, RegExp]>([
    [
      'warned of',
      { annotations: { [MODE]: 'TPROXY' } },
      201,
      /'pillion-overrides-warn': the annotation .*interceptionMode/,
    ],
    ['recorded', { annotations: { [CPU]: '2' } }, 201, /^$/],
    [
      'refused',
      { annotations: { [IMAGE]: 'other/x:1' } },
      403,
      /'pillion-overrides' .*Give one of istio\/proxyv2, or ask/,
    ],
    [
      'refused, the strictest counting',
      { annotations: { [MODE]: 'TPROXY', [LEVEL]: 'debug' } },
      403,
      /logLevel is not among/,
    ],
  ])('is %s', async (_, row, status, said) => {
    const answer = told(
      await cluster.api.call('POST', `${podsOf('enabled')}?dryRun=All`, asking({ annotations: row.annotations ?? {} })),
    );
    expect(answer).toEqual({ status, text: expect.stringMatching(said) });
  });
});
