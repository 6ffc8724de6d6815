import { expect, test } from '@jest/globals';
import { HINTS, type HintCode } from '../../../src/core/decision/hints.ts';
import { admitted, type Circumstances } from '../../core-fixtures/admissions.ts';
import { askingPod, MARK, type PodJson, podWith } from '../../core-fixtures/pods.ts';

const marked = (value: string): PodJson => podWith({ metadata: { annotations: { [MARK]: value } } });
const namespace = (value: string): Circumstances => ({ namespaceLabels: { 'istio-injection': value } });
const both = podWith({ metadata: { labels: { [MARK]: 'false' }, annotations: { [MARK]: 'true' } } });

const ROWS: [HintCode, string, PodJson, Circumstances, string][] = [
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
    'a misspelt label',
    podWith({ metadata: { labels: { 'sidecar.istio.io/injcet': 'true' } } }),
    {},
    'the label "sidecar.istio.io/injcet" is not read; did you mean sidecar.istio.io/inject?',
  ],
];

test.each(ROWS)('%s: %s', (code, _, pod, circumstances, text) => {
  const { record, review } = admitted(pod, { ...circumstances, hook: 'warn' });
  expect(record?.hints.filter((hint) => hint.code === code)).toEqual([
    { code, message: expect.stringContaining(text) },
  ]);
  expect(review.response.warnings).toContainEqual(expect.stringContaining(text.slice(0, 100)));
});

/** Hints about what only a file tells; test/unit/cli/explain.test.ts reaches them. */
const OF_FILES: readonly HintCode[] = ['marker-on-workload', 'namespace-not-given'];

test('every hint of the catalogue is reached by a row above', () => {
  const reached = new Set<string>([...ROWS.map(([code]) => code), ...OF_FILES]);
  expect(Object.keys(HINTS).filter((code) => !reached.has(code))).toEqual([]);
});

test.each<[string, PodJson, Circumstances]>([
  ['a pod that is injected', askingPod(), {}],
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
    'pillion: no sidecar: it uses the network of its node, where a redirect would capture the whole node. Remove hostNetwork if the application does not need it.',
  ]);
  // where a pod is injected, warnings would reach a controller only
  expect(admitted(askingPod({}, { hostNetwork: true })).review.response.warnings).toBeUndefined();
});

test('three unknown annotations are named, not thirty', () => {
  const many = Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`sidecar.istio.io/unknown-${n}`, '']));
  expect(admitted(askingPod(many)).record?.hints).toHaveLength(3);
});
