import { expect, test } from '@jest/globals';
import type { GateName } from '../../../../src/core/api/rollout-gates.ts';
import { judgeGates } from '../../../../src/core/rollout/gates/judge-gates.ts';
import {
  EVERY_GATE,
  evidenceOf,
  type GivenEvidence,
  istiod,
  MINUTE_MS,
  NOW_MS,
  number,
  ofPods,
  sidecar,
} from '../../../core-fixtures/gate-evidence.ts';

const ERRORS = 'vector(0)';
const TIMES = 'rq_time_bucket';
const MEMORY = 'memory_physical_size';
const WARNED = { problem: 'warns that its answer is not whole: "one store is away"' };
const away = (cause: string) => ({ problem: `at https://metrics.example cannot be reached: ${cause}` });
const squad = (name: string, state: 'acknowledged' | 'outdated' | 'lacking') => ({
  ...{ squad: name, workloads: 1, state, digest: 'abc' },
});
const restarted = (pod: string, restarts: number, minutesAgo: number | undefined, createdMinutesAgo = 1440) =>
  sidecar(pod, {
    restarts,
    lastRestartMs: minutesAgo === undefined ? undefined : NOW_MS - minutesAgo * MINUTE_MS,
    podCreatedMs: NOW_MS - createdMinutesAgo * MINUTE_MS,
  });
const ISTIOD = {
  pilot_xds: number(400),
  cpu_usage_seconds_total: number(0.5),
  container_memory_working_set_bytes: number(2 ** 30),
  convergence_time_bucket: number(0.4),
};
const [CPU, BYTES, PROXIES, PUSHES] = [
  'requested CPU that istiod uses',
  'requested memory',
  'proxies at a replica',
  'the 99th percentile of the time until',
];

test.each<[GateName, string, GivenEvidence, 'passed' | 'failed' | 'unknown', string]>([
  [
    'compatibility',
    'all fit',
    {},
    'passed',
    'incompatible workloads of the stage: 0 by pillion check of 3, asked for is at most 0',
  ],
  [
    'compatibility',
    'one does not',
    { checked: { workloads: 2, incompatible: ['Job shop/nightly'], hidden: ['services'] } },
    'failed',
    '1 by pillion check of 2',
  ],
  [
    'compatibility',
    'what stands around may not be read',
    { checked: { workloads: 2, incompatible: [], hidden: ['services', 'resourcequotas'] } },
    'unknown',
    'checks look at what may not be read: services, resourcequotas',
  ],
  [
    'compatibility',
    'not to be read',
    { checked: { missing: 'workloads cannot be read: no', next: 'ask' } },
    'unknown',
    'unknown, since workloads cannot be read: no',
  ],

  [
    'acknowledgements',
    'all have',
    { acknowledgements: [squad('cart', 'acknowledged'), squad('pay', 'acknowledged')] },
    'passed',
    '100 % by the record of the rollout, 2 of 2',
  ],
  [
    'acknowledgements',
    'one has, and one an earlier version',
    { acknowledgements: [squad('cart', 'acknowledged'), squad('pay', 'outdated')] },
    'failed',
    '50 % by the record of the rollout, 1 of 2',
  ],
  [
    'acknowledgements',
    'workloads without a squad lack one',
    { acknowledgements: [squad('unowned', 'lacking')] },
    'failed',
    '0 % by the record of the rollout, 0 of 1',
  ],
  ['acknowledgements', 'nobody is there', {}, 'unknown', 'the stage has no workload'],
  [
    'acknowledgements',
    'the record cannot be read',
    { acknowledgements: { missing: 'it is hidden', next: 'ask' } },
    'unknown',
    'it is hidden',
  ],

  ['adoption', 'enough', {}, 'passed', '75 % by the API server, 3 of 4, asked for is at least 75 %'],
  [
    'adoption',
    'too few',
    { scope: { openWorkloads: { ...NONE(), eligible: 1000, injected: 749 } } },
    'failed',
    '74.9 %',
  ],
  ['adoption', 'nobody', { scope: { openWorkloads: NONE() } }, 'unknown', 'no workload runs in first'],
  ['adoption', 'the first stage', { scope: { openStages: [] } }, 'passed', 'no other stage is open yet'],

  [
    'errorRate',
    'few',
    { said: { [ERRORS]: number(0.01) } },
    'passed',
    'requests that failed over 30m: 1 % by Prometheus, asked for is at most 1 %',
  ],
  ['errorRate', 'none', { said: { [ERRORS]: number(0) } }, 'passed', '0 % by Prometheus'],
  ['errorRate', 'many', { said: { [ERRORS]: number(0.034567) } }, 'failed', '3.46 % by Prometheus'],
  ['errorRate', 'a little more', { said: { [ERRORS]: number(0.0100001) } }, 'failed', '1 % (0.0100001) by Prometheus'],
  ['errorRate', 'no requests', { said: { [ERRORS]: number(Number.NaN) } }, 'unknown', 'Prometheus knows of no request'],
  ['errorRate', 'no series', {}, 'unknown', 'Prometheus knows of no request'],
  [
    'errorRate',
    'infinite',
    { said: { [ERRORS]: number(Number.POSITIVE_INFINITY) } },
    'unknown',
    'Prometheus says Infinity, which is no amount',
  ],
  [
    'errorRate',
    'negative',
    { said: { [ERRORS]: number(-0.1) } },
    'unknown',
    'Prometheus says -0.1, which is no amount',
  ],
  ['errorRate', 'several', { said: { [ERRORS]: ofPods({ a: 0, b: 0 }) } }, 'unknown', 'several series'],
  ['errorRate', 'warned', { said: { [ERRORS]: WARNED } }, 'unknown', 'Prometheus warns that its answer is not whole'],
  ['errorRate', 'away', { said: { [ERRORS]: away('ECONNREFUSED') } }, 'unknown', 'cannot be reached: ECONNREFUSED'],
  [
    'errorRate',
    'half of the sidecars unread',
    { said: { [ERRORS]: number(0), envoy_server_live: ofPods({ 'cart-1': 1 }) } },
    'unknown',
    'Prometheus reads 1 of the 2 sidecars that run',
  ],
  [
    'errorRate',
    'the sidecars of others read',
    { said: { [ERRORS]: number(0), envoy_server_live: ofPods({ 'cart-1': 1, 'cart-2': 1 }, 'street') } },
    'unknown',
    'Prometheus reads 0 of the 2 sidecars that run',
  ],
  [
    'errorRate',
    'none of them read',
    { said: { [ERRORS]: number(0), envoy_server_live: { samples: [] } } },
    'unknown',
    'Prometheus reads no Envoy sidecar',
  ],
  [
    'errorRate',
    'open, and nothing runs',
    { scope: { openSidecars: [] } },
    'unknown',
    'no sidecar runs in the open stage first',
  ],
  ['errorRate', 'the first stage', { scope: { openStages: [] } }, 'passed', 'no other stage is open yet'],
  [
    'errorRate',
    'of Istio’s',
    { scope: { openSidecars: [sidecar('cart-1', { kind: 'Istio' })] }, said: { istio_requests_total: number(0.02) } },
    'failed',
    '2 % by Prometheus',
  ],
  [
    'errorRate',
    'one kind fails',
    {
      scope: { openSidecars: [sidecar('cart-1'), sidecar('cart-2', { kind: 'Istio' })] },
      said: { istio_requests_total: number(0.02), [ERRORS]: number(0) },
    },
    'failed',
    'requests that failed over 30m (Istio): 2 %',
  ],

  [
    'latency',
    'fast',
    { said: { [TIMES]: number(499.6) } },
    'passed',
    '500 ms by Prometheus, asked for is at most 500 ms',
  ],
  ['latency', 'slow', { said: { [TIMES]: number(2345) } }, 'failed', '2.35 s by Prometheus'],
  ['latency', 'no requests', { said: { [TIMES]: number(Number.NaN) } }, 'unknown', 'Prometheus knows of no request'],

  ['restarts', 'none', {}, 'passed', 'restarts of sidecars over 30m: 0 by the API server, asked for is at most 1'],
  [
    'restarts',
    'earlier ones',
    { scope: { openSidecars: [restarted('cart-1', 9, 31)] } },
    'passed',
    '0 by the API server',
  ],
  ['restarts', 'one', { scope: { openSidecars: [restarted('cart-1', 1, 5)] } }, 'passed', '1 by the API server'],
  [
    'restarts',
    'two pods',
    { scope: { openSidecars: [restarted('cart-1', 4, 5), restarted('cart-2', 1, 6)] } },
    'failed',
    '2 by the API server',
  ],
  [
    'restarts',
    'a new pod',
    { scope: { openSidecars: [restarted('cart-1', 4, 5, 20)] } },
    'failed',
    '4 by the API server',
  ],
  [
    'restarts',
    'who knows when',
    { scope: { openSidecars: [restarted('cart-1', 4, 5)] } },
    'unknown',
    'Kubernetes counts 4 restarts',
  ],
  [
    'restarts',
    'at a time that nobody tells',
    { scope: { openSidecars: [restarted('cart-1', 2, undefined)] } },
    'unknown',
    'Kubernetes counts 2 restarts',
  ],
  ['restarts', 'nothing runs', { scope: { openSidecars: [] } }, 'unknown', 'no sidecar runs'],
  [
    'restarts',
    'the first stage',
    { scope: { openStages: [], openSidecars: [] } },
    'passed',
    'no other stage is open yet',
  ],

  [
    'sidecarMemory',
    'enough left',
    { said: { [MEMORY]: ofPods({ 'cart-1': 2 ** 20, 'cart-2': 256 * 2 ** 20 }) } },
    'passed',
    '50 % by Prometheus, and limits of the API server',
  ],
  [
    'sidecarMemory',
    'the largest of few counts',
    { said: { [MEMORY]: ofPods({ 'cart-1': 2 ** 20, 'cart-2': 500 * 2 ** 20 }) } },
    'failed',
    '97.7 %',
  ],
  [
    'sidecarMemory',
    'one without a limit',
    {
      scope: { openSidecars: [sidecar('cart-1'), sidecar('cart-2', { memoryLimit: undefined })] },
      said: { [MEMORY]: ofPods({ 'cart-1': 1, 'cart-2': 1 }) },
    },
    'unknown',
    '1 sidecar of 2 may use any amount',
  ],
  [
    'sidecarMemory',
    'one unknown',
    { said: { [MEMORY]: ofPods({ 'cart-1': 1 }) } },
    'unknown',
    'knows the memory of 1 of the 2 sidecars that run',
  ],
  [
    'sidecarMemory',
    'no number',
    { said: { [MEMORY]: ofPods({ 'cart-1': Number.NaN, 'cart-2': 1 }) } },
    'unknown',
    'which is no amount',
  ],
  ['sidecarMemory', 'no series', {}, 'unknown', 'Prometheus knows no memory of Envoy sidecars'],

  [
    'controlPlane',
    'carried',
    { said: ISTIOD },
    'passed',
    `${PROXIES} of istiod after the stage: 250 by Prometheus (400 now and 100 of the stage, at 2 ready), asked for is at most 500`,
  ],
  [
    'controlPlane',
    'grown in a straight line',
    { said: ISTIOD },
    'passed',
    `${CPU} after the stage: 62.5 % by Prometheus (in a straight line from 400 proxies now to 500)`,
  ],
  [
    'controlPlane',
    'and slowed so',
    { said: ISTIOD },
    'passed',
    `${PUSHES} proxies have a change, after the stage: 500 ms by Prometheus (assumed: in a straight line from 400 proxies now to 500)`,
  ],
  [
    'controlPlane',
    'few proxies',
    { said: { ...ISTIOD, pilot_xds: number(10) } },
    'passed',
    `${CPU} after the stage: 55 % by Prometheus (assumed: what is used now, and what Istio’s documentation has for 100 proxies more)`,
  ],
  [
    'controlPlane',
    'few proxies do not wait for each other',
    { said: { ...ISTIOD, pilot_xds: number(10) } },
    'passed',
    '440 ms by Prometheus',
  ],
  [
    'controlPlane',
    'too many',
    { said: { ...ISTIOD, pilot_xds: number(1200) } },
    'failed',
    `${PROXIES} of istiod after the stage: 650`,
  ],
  [
    'controlPlane',
    'full',
    { said: { ...ISTIOD, cpu_usage_seconds_total: number(0.7) } },
    'failed',
    `${CPU} after the stage: 87.5 %`,
  ],
  [
    'controlPlane',
    'nobody joins',
    { said: ISTIOD, scope: { joining: { toCount: 9, ofControlPlane: 0 } } },
    'passed',
    `${BYTES} that istiod uses after the stage: 25 % by Prometheus, asked for`,
  ],
  [
    'controlPlane',
    'no memory',
    { said: { ...ISTIOD, container_memory_working_set_bytes: { samples: [] } } },
    'unknown',
    'Prometheus does not know the memory that istiod uses',
  ],
  [
    'controlPlane',
    'no pushes',
    { said: { ...ISTIOD, convergence_time_bucket: number(Number.NaN) } },
    'unknown',
    'Prometheus does not know the pushes of istiod',
  ],
  [
    'controlPlane',
    'one replica not scraped',
    { said: { ...ISTIOD, istio_build: ofPods({ 'istiod-1': 1 }, 'istio-system') } },
    'unknown',
    'Prometheus reads 1 of the 2 replicas of istiod that are ready',
  ],
  ['controlPlane', 'not scraped', {}, 'unknown', 'Prometheus does not know how many proxies'],
  [
    'controlPlane',
    'no request',
    { said: ISTIOD, istiod: [istiod('istiod-1', { cpuRequest: undefined })] },
    'unknown',
    'istiod requests no CPU',
  ],
  [
    'controlPlane',
    'not ready',
    { said: ISTIOD, istiod: [istiod('istiod-1', { isReady: false })] },
    'unknown',
    'no replica of istiod is ready, of 1',
  ],
  ['controlPlane', 'none', { said: ISTIOD, istiod: [] }, 'unknown', 'no istiod runs in this cluster'],
  [
    'controlPlane',
    'hidden',
    { said: ISTIOD, istiod: { missing: 'pods cannot be read', next: 'ask' } },
    'unknown',
    'pods cannot be read',
  ],

  [
    'telemetryBackends',
    'carried',
    { said: { head_series: number(500_000), queue_size: number(0.5) } },
    'passed',
    '513,200 by Prometheus (500,000 now and 100 pods with 132 each, as measured on',
  ],
  [
    'telemetryBackends',
    'series as those that run',
    { said: { head_series: number(500_000), queue_size: number(0), scrape_samples: number(495) } },
    'passed',
    '550,000 by Prometheus (500,000 now and 100 pods with 500 each, as those that run)',
  ],
  [
    'telemetryBackends',
    'nobody can tell how many series those that run have',
    { said: { head_series: number(500_000), queue_size: number(0), scrape_samples: WARNED } },
    'unknown',
    'series in Prometheus after the stage: unknown, since Prometheus warns that its answer is not whole',
  ],
  [
    'telemetryBackends',
    'too many',
    { said: { head_series: number(990_000), queue_size: number(0) } },
    'failed',
    '1,003,200',
  ],
  [
    'telemetryBackends',
    'a full queue',
    { said: { head_series: number(5), queue_size: number(1) } },
    'failed',
    'how full the fullest queue of the collectors is: 100 %',
  ],
  [
    'telemetryBackends',
    'no queue',
    { said: { head_series: number(5) } },
    'unknown',
    'no queue of an OpenTelemetry Collector',
  ],
  [
    'telemetryBackends',
    'does not scrape itself',
    { said: { queue_size: number(0) } },
    'unknown',
    'does not know how many series it has',
  ],
])('%s: %s', (name, _case, given, state, says) => {
  const [judged, ...more] = judgeGates({ [name]: EVERY_GATE[name] }, evidenceOf(given));
  expect(more).toEqual([]);
  expect(judged).toMatchObject({ gate: name, state });
  expect(judged?.parts.map((part) => part.says).join('\n')).toContain(says);
  expect(judged?.next === undefined).toBe(state === 'passed');
});

function NONE() {
  return { eligible: 0, optedIn: 0, injected: 0, stale: 0, excluded: 0, incompatible: 0 };
}

test('a gate that failed and is unknown has failed, and says both', () => {
  const [judged] = judgeGates(
    { telemetryBackends: EVERY_GATE.telemetryBackends },
    evidenceOf({ said: { head_series: number(2_000_000) } }),
  );
  expect(judged?.state).toBe('failed');
  expect(judged?.says).toMatch(/2,013,200.*; .*unknown, since Prometheus knows no queue/);
});

test('a gate without a figure has not passed', () => {
  const [judged] = judgeGates({ controlPlane: {} }, evidenceOf({}));
  expect(judged).toMatchObject({ state: 'unknown', next: 'give controlPlane a figure in the plan, or leave it out' });
});

test('what is unknown or failed shows the query', () => {
  const [judged] = judgeGates({ errorRate: EVERY_GATE.errorRate }, evidenceOf({}));
  expect(judged?.parts.map(({ query }) => query)).toEqual([
    '(sum(rate(envoy_cluster_upstream_rq{namespace="shop", envoy_cluster_name="inbound", envoy_response_code=~"5.."}[30m])) or vector(0))' +
      ' / sum(rate(envoy_cluster_upstream_rq{namespace="shop", envoy_cluster_name="inbound"}[30m]))',
  ]);
});
