import { expect, test } from '@jest/globals';
import { Registry } from '@prometheus-io/client';
import pino from 'pino';
import { ShadowSummaries } from '../../../src/cluster/shadow-summaries.ts';
import type { DecisionRecord } from '../../../src/core/api/decision-record.ts';
import { Observations } from '../../../src/server/admission/observations.ts';
import { FaultLog } from '../../../src/telemetry/fault-log.ts';
import { createMetrics } from '../../../src/telemetry/metrics.ts';
import { admitted, type Circumstances, patched } from '../../core-fixtures/admissions.ts';
import { askingPod, type PodJson } from '../../core-fixtures/pods.ts';
import { policyWith } from '../../core-fixtures/policies.ts';

const POD: PodJson = askingPod();
const call = (pod: PodJson, circumstances: Circumstances = {}) => {
  const { hook = 'inject' } = circumstances;
  return { hook, ...admitted(pod, circumstances) };
};
type Call = ReturnType<typeof call>;

const FIRST = call(POD);
const WHOLE = patched(POD, FIRST);
const INIT = WHOLE.spec.initContainers ?? [];
/** The injected pod after another webhook took its sidecar away. */
const STRIPPED: PodJson = { ...WHOLE, spec: { ...WHOLE.spec, initContainers: INIT.slice(0, 1) } };
/** The same, asking now for something that is refused. */
const SPOILT: PodJson = {
  ...STRIPPED,
  metadata: { ...STRIPPED.metadata, annotations: { ...WHOLE.metadata.annotations, 'sidecar.istio.io/proxyCPU': '-1' } },
};
const second = (pod: PodJson, circumstances: Circumstances = {}) => call(pod, { uid: 'second', ...circumstances });

/** What the sinks and the metric of reinvocations have after these calls, `apartMs` from one another. */
async function observed(calls: readonly Call[], apartMs = 1) {
  const records: DecisionRecord[] = [];
  const metrics = createMetrics(new Registry(), { version: '0.0.0', node: 'v24.0.0' }, { process: false });
  let nowMs = 0;
  const clock = { now: () => new Date(0), elapsedMs: () => nowMs };
  const sink = { write: (record: DecisionRecord) => void records.push(record), flush: async () => {} };
  const faults = new FaultLog(pino({ enabled: false }), clock.elapsedMs);
  const observations = new Observations([sink], metrics, faults, clock);
  for (const { verdict, reason, record, hook } of calls) {
    observations.add({ hook, verdict, reason, record, seconds: 0.001 });
    observations.settle();
    nowMs += apartMs;
  }
  const { body } = await metrics.text();
  const reinvocations = Number(/^pillion_admission_reinvocations_total\{hook="inject"\} (\d+)$/m.exec(body)?.[1]);
  return { records: records.map(({ uid }) => uid), reinvocations };
}

test.each<[string, readonly Call[], { records: string[]; reinvocations: number }]>([
  ['a pod that is complete at its second call', [FIRST, second(WHOLE)], { records: ['first'], reinvocations: 1 }],
  ['a pod that is completed at its second call', [FIRST, second(STRIPPED)], { records: ['first'], reinvocations: 1 }],
  [
    'a pod that is refused at its second call',
    [FIRST, second(SPOILT)],
    { records: ['first', 'second'], reinvocations: 0 },
  ],
  ['a mark that nobody recorded here', [second(STRIPPED)], { records: ['second'], reinvocations: 0 }],
  [
    'a mark that nobody recorded here, and its second call',
    [second(STRIPPED), call(STRIPPED, { uid: 'third' })],
    { records: ['second'], reinvocations: 1 },
  ],
  [
    'a mark copied from another namespace',
    [FIRST, second(STRIPPED, { namespace: 'elsewhere' })],
    { records: ['first', 'second'], reinvocations: 0 },
  ],
  [
    'a mark used again after its second call',
    [FIRST, second(STRIPPED), call(STRIPPED, { uid: 'third' })],
    { records: ['first', 'third'], reinvocations: 1 },
  ],
  [
    'a final pod at the hook warn',
    [FIRST, second(WHOLE, { hook: 'warn' })],
    { records: ['first', 'second'], reinvocations: 0 },
  ],
  [
    'an incomplete final pod at the hook warn',
    [FIRST, second(STRIPPED, { hook: 'warn' })],
    { records: ['first', 'second'], reinvocations: 0 },
  ],
])('%s: one record a pod, and nobody can hide', async (_, calls, expected) => {
  expect(await observed(calls)).toEqual(expected);
});

test('a second call that comes too late to be one is recorded', async () => {
  const tooLate = { records: ['first', 'second'], reinvocations: 0 };
  expect(await observed([FIRST, second(STRIPPED)], 60_001)).toEqual(tooLate);
});

test('what policies in mode Shadow say is counted with the record', async () => {
  const next = policyWith({ name: 'next', spec: { overrides: { allow: [], others: 'Deny' } } });
  const metrics = createMetrics(new Registry(), { version: '0.0.0', node: 'v24.0.0' }, { process: false });
  metrics.shadows.asked([next.name]);
  const summaries = new ShadowSummaries(() => new Date(0));
  summaries.follow([next]);
  const clock = { now: () => new Date(0), elapsedMs: () => 0 };
  const faults = new FaultLog(pino({ enabled: false }), clock.elapsedMs);
  const observations = new Observations([], metrics, faults, clock, [summaries]);
  const pod = askingPod({ 'sidecar.istio.io/logLevel': 'debug' });
  const first = call(pod, { shadows: [next] });
  const last = call(patched(pod, first), { shadows: [next], hook: 'warn' });
  for (const { verdict, reason, record, hook, shadows } of [first, last])
    observations.add({ hook, verdict, reason, record, ...(shadows && { shadows }), seconds: 0.001 });
  observations.settle();
  expect(summaries.current).toMatchObject([{ decisions: 1, differing: 1, recent: [{ owner: 'Pod/web' }] }]);
  const { body } = await metrics.text();
  expect(body).toContain('pillion_shadow_decisions_total{policy="next",hook="inject",result="differs"} 1');
  expect(body).toContain('pillion_shadow_differences_total{policy="next",verdict="inject",shadow="deny"} 1');
});
