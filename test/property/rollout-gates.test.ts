import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type InstantAnswer, readInstantAnswer } from '../../src/core/prometheus/instant-answer.ts';
import { oneOf } from '../../src/core/prometheus/matchers.ts';
import { judgeGates, queriesOf } from '../../src/core/rollout/gates/judge-gates.ts';
import { EVERY_GATE, evidenceOf, istiod, number, ofPods, SCOPE, sidecar } from '../core-fixtures/gate-evidence.ts';

const SIDECARS = [sidecar('cart-1'), sidecar('cart-2', { kind: 'Istio' })];
const KNOWN = {
  'container_memory_working_set_bytes{namespace="shop"': ofPods({ 'cart-1': 2 ** 20, 'cart-2': 2 ** 20 }),
  'pilot_xds{': number(200),
  'pilot_proxy_convergence_time_bucket{': number(0.1),
  'prometheus_tsdb_head_series)': number(1000),
  'container_cpu_usage_seconds_total{': number(0.1),
  'process_resident_memory_bytes{': number(2 ** 20),
  'histogram_quantile(0.99, sum by (le) (rate(': number(3),
  'vector(0)': number(0.001),
  'otelcol_exporter_queue_size ': number(0.1),
  'scrape_samples_post_metric_relabeling{': number(120),
};
const GIVEN = {
  scope: { openSidecars: SIDECARS },
  said: KNOWN,
  acknowledgements: [{ squad: 'cart', workloads: 1, state: 'acknowledged' as const, digest: 'abc' }],
};

const badNumber = fc.oneof(
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
  // just below nothing as well: what is added to it must not make an amount of it
  fc.constantFrom(-1e-9, -1),
  fc.double({ max: -1e-9, noNaN: true }),
);
/** What Prometheus may say in place of a figure. */
const noFigure: fc.Arbitrary<InstantAnswer> = fc.oneof(
  fc.constant({ samples: [] }),
  fc.string().map((problem) => ({ problem })),
  badNumber.map((value) => ofPods({ 'cart-1': value, 'cart-2': value })),
  badNumber.map(number),
);

test('with every figure every gate passes, and without one its gate does not', () => {
  const lenient = evidenceOf(GIVEN);
  const all = new Set(queriesOf(EVERY_GATE, lenient));
  const answered = (query: string) => (all.has(query) ? lenient.answers(query) : { problem: 'was not asked' });
  const evidence = { ...lenient, answers: answered };
  expect(judgeGates(EVERY_GATE, evidence).filter(({ state }) => state !== 'passed')).toEqual([]);
  // of how many series a sidecar has, the lab tells as well; and that a sidecar is read says any number
  const needed = [...all].filter(
    (query) => !/scrape_samples|^max by \(namespace, pod\) \(envoy_server_live/.test(query),
  );
  expect(needed.length).toBeGreaterThan(8);
  fc.assert(
    fc.property(fc.constantFrom(...needed), noFigure, (query, answer) => {
      const answers = (asked: string) => (asked === query ? answer : evidence.answers(asked));
      expect(judgeGates(EVERY_GATE, { ...evidence, answers }).some(({ state }) => state === 'unknown')).toBe(true);
    }),
    // every query with every kind of answer
    { numRuns: 1000 },
  );
});

test('when Prometheus says nothing, no gate that asks it passes, and each says what to do', () => {
  const { errorRate, latency, sidecarMemory, controlPlane, telemetryBackends } = EVERY_GATE;
  const gates = { errorRate, latency, sidecarMemory, controlPlane, telemetryBackends };
  fc.assert(
    fc.property(noFigure, (answer) => {
      const judged = judgeGates(gates, { ...evidenceOf(GIVEN), answers: () => answer });
      expect(judged.map(({ state }) => state)).toEqual(judged.map(() => 'unknown'));
      for (const { parts } of judged) for (const { next } of parts) expect(next).not.toBe('');
    }),
  );
});

const text = fc.oneof(
  fc.string({ minLength: 1 }),
  fc.stringMatching(/^[.*+?^${}()|[\]\\"'\n a-z-]+$/),
  fc.constant('__proto__'),
);

test('a matcher takes exactly the values that were named, whatever signs they have', () => {
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), text, (values, other) => {
      const [, operator, literal = ''] = /^pod(=~|=)(.*)$/s.exec(oneOf('pod', values)) ?? [];
      const written: string = JSON.parse(literal);
      // what is written of RE2 is the same in a regular expression of JavaScript
      const takes = (value: string) =>
        operator === '=' ? value === written : new RegExp(`^(?:${written})$`, 's').test(value);
      for (const value of values) expect(takes(value)).toBe(true);
      expect(takes(other)).toBe(values.includes(other));
    }),
  );
});

test('whatever is answered is read as series or named, and no half of it', () => {
  const value = fc.oneof(fc.constantFrom('NaN', '+Inf', '1e3', '0x1', '', 'one'), fc.string(), fc.integer());
  const series = fc.record({ metric: fc.dictionary(fc.string(), fc.anything()), value: fc.tuple(fc.integer(), value) });
  const likely = fc
    .record({
      status: fc.constantFrom('success', 'error', 'odd'),
      warnings: fc.option(fc.array(fc.string())),
      data: fc.record({ resultType: fc.constantFrom('vector', 'matrix', 'scalar'), result: fc.array(series) }),
    })
    .map((answer) => JSON.stringify(answer, (_, each) => (typeof each === 'bigint' ? String(each) : each)));
  fc.assert(
    fc.property(fc.oneof(likely, fc.json(), fc.string()), (body) => {
      const read = readInstantAnswer(body);
      if ('problem' in read) expect(read.problem).toMatch(/^(answers|refuses|warns)/);
      else for (const sample of read.samples) expect(typeof sample.value).toBe('number');
    }),
  );
});

test('istiod without a request is never within a share of it', () => {
  const [judged] = judgeGates(
    { controlPlane: { cpu: '100%' } },
    evidenceOf({ ...GIVEN, scope: SCOPE, istiod: [istiod('a', { cpuRequest: 0 })] }),
  );
  expect(judged?.state).toBe('unknown');
});
