import { expect, test } from '@jest/globals';
import type { RolloutStage } from '../../../src/core/api/rollout-plan.ts';
import { HINTS, type HintCode } from '../../../src/core/decision/hints.ts';
import { admitted, type Circumstances, patched } from '../../core-fixtures/admissions.ts';
import { askingPod, MARK, ownedBy, type PodJson, podWith } from '../../core-fixtures/pods.ts';
import { policyWith } from '../../core-fixtures/policies.ts';

const marked = (value: string): PodJson => podWith({ metadata: { annotations: { [MARK]: value } } });
const namespace = (value: string): Circumstances => ({ namespaceLabels: { 'istio-injection': value } });
const both = podWith({ metadata: { labels: { [MARK]: 'false' }, annotations: { [MARK]: 'true' } } });

type Row = [HintCode, string, PodJson, Circumstances, string];

const heldTo = (stages?: readonly RolloutStage[]) =>
  policyWith({ spec: { rollout: { enforce: 'Skip' } }, ...(stages && { stages }) });
const EXCLUSION = {
  namespaceSelector: { matchLabels: { 'istio-injection': 'enabled' } },
  reason: 'it speaks a protocol of its own',
  expires: '2026-12-31',
};

const ROWS: Row[] = [
  ['namespace-label-near', 'a swap', podWith(), namespace('enalbed'), 'is "enalbed"; did you mean "enabled"?'],
  ['namespace-label-near', 'a word for yes', podWith(), namespace('true'), 'did you mean "enabled"?'],
  ['namespace-label-near', 'a capital', podWith(), namespace('Disabled'), 'did you mean "disabled"?'],
  ['pod-value-near', 'a capital', marked('True'), {}, 'is "True"; did you mean "true"?'],
  ['pod-value-near', 'a word for yes', marked('yes'), {}, 'did you mean "true"?'],
  ['pod-value-near', 'a slip', marked('flase'), {}, 'did you mean "false"?'],
  ['pod-value-near', 'nothing alike', marked('perhaps'), {}, 'only "true" and "false" count'],
  [
    'marker-in-closed-namespace',
    'no label',
    askingPod(),
    { namespaceLabels: {} },
    'kubectl label namespace shop istio-injection=enabled --overwrite',
  ],
  ['label-and-annotation-disagree', 'label no', both, {}, 'is "false" as a label and "true" as an annotation'],
  [
    'annotation-unknown',
    'a near name',
    askingPod({ 'sidecar.istio.io/proxyCpu': '1' }),
    {},
    '"sidecar.istio.io/proxyCpu" is not read; did you mean sidecar.istio.io/proxyCPU?',
  ],
  [
    'annotation-unknown',
    'no near name',
    askingPod({ 'sidecar.istio.io/somethingElse': 'x' }),
    {},
    'see docs/annotations.md',
  ],
  [
    'annotation-unknown',
    'a key that Istio has, never taken for its opposite',
    askingPod({ 'traffic.sidecar.istio.io/includeInboundPorts': '8080' }),
    {},
    'includeInboundPorts" is not read; Istio has it',
  ],
  [
    'annotation-unknown',
    'a key of another prefix that Istio has',
    askingPod({ 'status.sidecar.istio.io/port': '15020' }),
    {},
    'status.sidecar.istio.io/port" is not read; Istio has it',
  ],
  ...(
    [
      ['readiness.status.sidecar.istio.io/periodSecond', 'readiness.status.sidecar.istio.io/periodSeconds'],
      ['proxy.istio.io/cofnig', 'proxy.istio.io/config'],
      ['inject.istio.io/template', 'inject.istio.io/templates'],
      ['prometheus.istio.io/merge-metric', 'prometheus.istio.io/merge-metrics'],
    ] as const
  ).map(
    ([key, meant]): Row => [
      'annotation-unknown',
      `a near name of ${meant}`,
      askingPod({ [key]: '1' }),
      { policy: policyWith({ istio: {}, spec: { profiles: [{ name: 'istio' }] } }) },
      `${JSON.stringify(key)} is not read; did you mean ${meant}?`,
    ],
  ),
  [
    'annotation-unknown',
    'a misspelt label',
    podWith({ metadata: { labels: { 'sidecar.istio.io/injcet': 'true' } } }),
    {},
    'the label "sidecar.istio.io/injcet" is not read; did you mean sidecar.istio.io/inject?',
  ],
  [
    'exclusion-ends',
    'a pod that asks and is excluded',
    askingPod(),
    { policy: policyWith({ spec: { exclusions: [EXCLUSION] } }) },
    'excluded until 2026-12-31: it speaks a protocol of its own',
  ],
  [
    'stage-closed',
    'a pod whose stage is closed',
    askingPod(),
    { policy: heldTo([{ name: 'pilot', state: 'Closed', from: '2027-01-11', namespaces: ['shop'] }]) },
    'the pod belongs to the stage pilot, which is closed; whoever leads the rollout opens it, from 2027-01-11 on: pillion rollout open pilot',
  ],
  [
    'stage-closed',
    'a pod of no stage',
    askingPod(),
    { policy: heldTo([{ name: 'pilot', state: 'Open', namespaces: ['bank'] }]) },
    'no stage of the RolloutPlan covers the pod; name its namespace "shop" in one of them',
  ],
  [
    'stage-closed',
    'a pod where there is no plan',
    askingPod(),
    { policy: heldTo() },
    'there is no RolloutPlan, so no stage is open; apply one with the name default',
  ],
  [
    'override-beyond-policy',
    'a setting that the policy does not list',
    askingPod({ 'sidecar.istio.io/proxyCPU': '1' }),
    { policy: policyWith({ spec: { overrides: { allow: [], others: 'Warn' } } }) },
    'sidecar.istio.io/proxyCPU is not among the settings that the policy allows (none)',
  ],
];

test.each(ROWS)('%s: %s', (code, _, pod, circumstances, text) => {
  const { record, review } = admitted(pod, { ...circumstances, hook: 'warn' });
  expect(record?.hints.filter((hint) => hint.code === code)).toEqual([
    { code, message: expect.stringContaining(text) },
  ]);
  expect(review.response.warnings).toContainEqual(expect.stringContaining(text.slice(0, 100)));
});

/** Hints that nobody is warned of; test/unit/decision/guardrails.test.ts reaches them. */
const OF_RECORDS: readonly HintCode[] = ['refusal-waived'];

/** Hints about what only a file tells; test/unit/cli/explain.test.ts reaches them. */
const OF_FILES: readonly HintCode[] = ['marker-on-workload', 'namespace-not-given', 'sidecar-outdated'];

/** Hints about a change of something that runs; test/unit/admission/workloads.test.ts reaches them. */
const OF_CHANGES: readonly HintCode[] = ['mark-without-effect'];

/** Hints about namespaces; the tests of test/unit/namespaces reach them. */
const OF_NAMESPACES: readonly HintCode[] = [
  'namespace-label-value-invalid',
  'namespace-labels-conflict',
  'namespace-protected-labelled',
  'namespace-labelled-by-others',
  'namespace-closed-while-injected',
  'namespace-pods-uncounted',
  'stamp-replaced',
];

/** Hints about Services; test/unit/admission/services.test.ts reaches them. */
const OF_SERVICES: readonly HintCode[] = [
  'traffic-values-refused',
  'traffic-rule-broken',
  'traffic-value-left-out',
  'traffic-values-unused',
];

test('every hint of the catalogue is reached by a row above', () => {
  const elsewhere = [...OF_RECORDS, ...OF_FILES, ...OF_CHANGES, ...OF_NAMESPACES, ...OF_SERVICES];
  const reached = new Set<string>([...ROWS.map(([code]) => code), ...elsewhere]);
  expect(Object.keys(HINTS).filter((code) => !reached.has(code))).toEqual([]);
});

test.each<[string, PodJson, Circumstances]>([
  ['a pod that says nothing', podWith(), {}],
  ['a pod that opts out', marked('false'), {}],
  ['a silent pod of a namespace without labels', podWith(), { namespaceLabels: {} }],
  ['a label that resembles nothing', podWith(), namespace('canary')],
])('there is no hint and no warning for %s', (_, pod, circumstances) => {
  const { record, review } = admitted(pod, { ...circumstances, hook: 'warn' });
  expect([record?.hints, review.response.warnings]).toEqual([[], undefined]);
});

test('a pod that asks and gets nothing is told why and what to do, where a person sees it', () => {
  const skipped = admitted(askingPod({}, { hostNetwork: true }), { hook: 'warn' });
  expect(skipped.review.response.warnings).toEqual([
    'pillion: pod/web gets no sidecar, because it uses the network of its node, where a redirect would capture the whole node. Remove hostNetwork if the application does not need it.',
  ]);
  // where a pod is injected, warnings would reach a controller only
  expect(admitted(askingPod({}, { hostNetwork: true })).review.response.warnings).toBeUndefined();
});

test.each<[string, PodJson, string]>([
  ['with its sidecar', patched(askingPod(), admitted(askingPod())), 'gets a sidecar, because it asks for a sidecar'],
  ['without one, since the hook was not called', askingPod(), 'gets no sidecar, because it was to be decided about'],
])('a pod that asks and stands there %s: its author is told', (_, pod, text) => {
  expect(admitted(pod, { hook: 'warn' }).review.response.warnings).toEqual([
    expect.stringContaining(`pillion: pod/web ${text}`),
  ]);
});

test('what a controller would be told, nobody reads: it is only recorded', () => {
  const { record, review } = admitted(ownedBy('Job', 'report', marked('True')), { hook: 'warn' });
  expect([record?.hints.map(({ code }) => code), review.response.warnings]).toEqual([['pod-value-near'], undefined]);
});

test('three unknown annotations are named, not thirty', () => {
  const many = Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`sidecar.istio.io/unknown-${n}`, '']));
  expect(admitted(askingPod(many)).record?.hints).toHaveLength(3);
});
