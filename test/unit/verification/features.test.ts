import { describe, expect, test } from '@jest/globals';
import { destinationOf } from '../../../src/core/sidecar/profiles/envoy/pod-traffic.ts';
import type { Counted } from '../../../src/core/verification/counters.ts';
import { judgeFeatures, judgeUntreated } from '../../../src/core/verification/judge-features.ts';
import type { Feature, Verdict } from '../../../src/core/verification/judgement.ts';
import type { ProbePlan } from '../../../src/core/verification/probe-plan.ts';
import type { Answers, ProbeReport } from '../../../src/core/verification/probe-report.ts';
import { concluded } from '../../../src/core/verification/verification.ts';
import type { Destination } from '../../../src/core/xds/resilience/destination.ts';
import type { Json } from '../../core-fixtures/pods.ts';
import { trafficService } from '../../core-fixtures/traffic-services.ts';

const OFF = {
  ...{ timeout: 'none', retries: 'none', retryBudget: 'none', circuitBreaker: 'none', outlierDetection: 'none' },
};
const PLAN: ProbePlan = { method: 'GET', path: '/', requests: 20, concurrency: 1, seconds: 10 };

function destination(values: Json, spec: Json = {}): Destination {
  const found = destinationOf(trafficService('inventory', { ...OFF, ...values }, { spec }));
  if (found === undefined) throw new Error('nothing is done with it');
  return found;
}

/** Requests that ended alike; `took` is the least and the most in milliseconds. */
const answers = (answer: string, count: number, ...took: readonly [number, number?]): Answers => ({
  ...{ answer, count, leastMs: took[0], mostMs: took[1] ?? took[0] },
});

interface Seen {
  readonly answers?: readonly Answers[];
  readonly counted?: Counted;
  readonly atOnce?: number;
}

function judged(feature: Feature, values: Json, { answers: list = [], counted = {}, atOnce = 0 }: Seen, plan = PLAN) {
  const sent = list.reduce((sum, { count }) => sum + count, 0);
  const report = { sent, answers: [...list], atOnce, counted: { ...counted } } satisfies ProbeReport;
  const found = judgeFeatures(destination(values), plan, report).find((one) => one.feature === feature);
  if (found === undefined) throw new Error(`${feature} is not judged`);
  return found;
}

type Row = readonly [what: string, seen: Seen, verdict: Verdict, says: RegExp];

describe('a timeout of 1s', () => {
  const ENDED = { upstream_rq_timeout: 3 };
  const ROWS: readonly Row[] = [
    ['ends requests at its time', { answers: [answers('504', 3, 1001, 1012)], counted: ENDED }, 'acts', /ended 3/],
    [
      'ends some, others are fast, and the service answers 504 itself',
      { answers: [answers('200', 5, 1), answers('504', 9, 2, 1002)], counted: ENDED },
      'acts',
      /9 answered 504/,
    ],
    [
      'lets one through that takes longer',
      { answers: [answers('200', 1, 1800), answers('504', 3, 1001)], counted: ENDED },
      'does-not-act',
      /1 answered 200 after 1800 ms: longer than 1s/,
    ],
    ['lets one go on until it is given up', { answers: [answers('given up', 1, 9000)] }, 'does-not-act', /1 given up/],
    ['ends them sooner', { answers: [answers('504', 3, 300, 310)], counted: ENDED }, 'does-not-act', /before 1s/],
    ['ends them later', { answers: [answers('504', 3, 3000)], counted: ENDED }, 'does-not-act', /long after 1s/],
    ['is within what a busy machine does', { answers: [answers('200', 1, 1500)] }, 'not-exercised', /than 1500 ms/],
    [
      'is not taken for the last try that ended',
      { answers: [answers('504', 3, 300, 1002)], counted: { ...ENDED, upstream_rq_per_try_timeout: 3 } },
      'acts',
      /ended 3/,
    ],
    [
      'has nothing to do where each try ends sooner',
      { answers: [answers('504', 3, 300)], counted: { upstream_rq_per_try_timeout: 3 } },
      'not-exercised',
      /perTryTimeout ended 3 tries before/,
    ],
    ['is not seen where the service answers 504', { answers: [answers('504', 3, 2)] }, 'not-exercised', /2 ms/],
  ];

  test.each(ROWS)('%s', (_, seen, verdict, says) => {
    expect(judged('timeout', { timeout: '1s' }, seen)).toMatchObject({ verdict, seen: expect.stringMatching(says) });
  });

  test('is told with who set it, and asks for as many seconds as it needs', () => {
    const { set, next } = judged('timeout', { timeout: '15s' }, {});
    expect(set).toEqual([{ what: 'timeout', value: '15s', origin: 'project' }]);
    expect(next).toMatch(/^give --seconds 17 or more/);
    expect(judged('timeout', {}, {}).verdict).toBe('off');
  });
});

describe('two retries after 503, gateway errors and resets', () => {
  const RETRIES = { attempts: 2, perTryTimeout: '2s', retryOn: ['503', 'gateway-error', 'reset'] };
  const ROWS: readonly Row[] = [
    [
      'are made',
      { answers: [answers('200', 4, 5)], counted: { upstream_rq_retry: 3, upstream_rq_retry_success: 2 } },
      'acts',
      /3 more tries for 4 requests, 0 in all; 2 of them ended well/,
    ],
    ['are too many', { answers: [answers('503', 2, 5)], counted: { upstream_rq_retry: 5 } }, 'does-not-act', /than 4/],
    ['are not made', { answers: [answers('503', 2, 5), answers('502', 1, 5)] }, 'does-not-act', /3 answered 503, 502/],
    [
      'are not due for what the sidecar itself answers',
      {
        answers: [answers('503', 2, 1), answers('504', 3, 1000)],
        counted: { upstream_rq_active_overflow: 2, upstream_rq_timeout: 3 },
      },
      'not-exercised',
      /no request failed/,
    ],
    ['are not due after another failure', { answers: [answers('500', 2, 5)] }, 'not-exercised', /no request failed/],
    [
      'are held back',
      { answers: [answers('503', 2, 5)], counted: { upstream_rq_retry_overflow: 2 } },
      'not-exercised',
      /2 were due, and held back/,
    ],
  ];

  test.each(ROWS)('%s', (_, seen, verdict, says) => {
    const values = { timeout: '10s', retries: RETRIES };
    expect(judged('retries', values, seen)).toMatchObject({ verdict, seen: expect.stringMatching(says) });
  });

  test('none are off', () => {
    expect(judged('retries', { retries: { ...RETRIES, attempts: 0 } }, {}).verdict).toBe('off');
    expect(judged('retryBudget', { retryBudget: { percent: 20 } }, {}).verdict).toBe('off');
  });

  test.each<readonly [Counted, Verdict]>([
    [{ upstream_rq_retry: 1, upstream_rq_retry_overflow: 4 }, 'acts'],
    [{ upstream_rq_retry: 1 }, 'not-exercised'],
    [{}, 'not-exercised'],
  ])('their budget, with %j: %s', (counted, verdict) => {
    const values = { timeout: '10s', retries: RETRIES, retryBudget: { percent: 20, minRetryConcurrency: 3 } };
    expect(judged('retryBudget', values, { counted }).verdict).toBe(verdict);
  });
});

describe('a perTryTimeout of 2s', () => {
  const values = { timeout: '10s', retries: { attempts: 2, perTryTimeout: '2s', retryOn: ['503'] } };
  const ENDED = { upstream_rq_per_try_timeout: 3 };
  const ROWS: readonly Row[] = [
    ['ends tries at its time', { answers: [answers('504', 3, 2001)], counted: ENDED }, 'acts', /it ended 3 tries/],
    [
      'ends tries that are followed by others',
      { answers: [answers('200', 3, 4000)], counted: { ...ENDED, upstream_rq_retry: 3 } },
      'acts',
      /it ended 3 tries/,
    ],
    ['ends them sooner', { answers: [answers('504', 3, 900)], counted: ENDED }, 'does-not-act', /before 2s/],
    ['ends them later', { answers: [answers('504', 3, 3900)], counted: ENDED }, 'does-not-act', /long after 2s/],
    ['lets one through', { answers: [answers('200', 1, 2600)] }, 'does-not-act', /one try, longer than 2s/],
    [
      'may have let none through where there were several',
      { answers: [answers('200', 1, 2600)], counted: { upstream_rq_retry: 1 } },
      'not-exercised',
      /no try took so long/,
    ],
  ];

  test.each(ROWS)('%s', (_, seen, verdict, says) => {
    expect(judged('perTryTimeout', values, seen)).toMatchObject({ verdict, seen: expect.stringMatching(says) });
  });

  test('is told by itself', () => {
    expect(judged('perTryTimeout', values, {}).set.map(({ what }) => what)).toEqual(['retries.perTryTimeout']);
    expect(judged('retries', values, {}).set.map(({ what }) => what)).not.toContain('retries.perTryTimeout');
    expect(judged('perTryTimeout', {}, {}).verdict).toBe('off');
  });
});

describe('a circuit breaker', () => {
  const limits = (circuitBreaker: Json): Json => ({
    circuitBreaker: { maxPendingRequests: 'none', ...circuitBreaker },
  });
  const NONE = { maxConnections: 'none', maxPendingRequests: 'none', maxRequests: 'none' };
  const TEN = { ...PLAN, concurrency: 10 };
  const CANARY = { canary: { version: 'v2', weight: 10 } };

  const ROWS: readonly (readonly [
    what: string,
    values: Json,
    plan: ProbePlan,
    ...(Row extends readonly [string, ...infer R] ? R : never),
  ])[] = [
    [
      'refuses what is too much',
      limits({ ...NONE, maxRequests: 3 }),
      TEN,
      {
        answers: [answers('200', 3, 900), answers('503', 7, 1)],
        counted: { upstream_rq_active_overflow: 7 },
        atOnce: 3,
      },
      'acts',
      /7 of 10 refused at once; 7 answered 503/,
    ],
    [
      'refuses what would have to wait',
      limits({ ...NONE, maxConnections: 2, maxPendingRequests: 1 }),
      TEN,
      { answers: [answers('503', 6, 1)], counted: { upstream_rq_pending_overflow: 6 }, atOnce: 4 },
      'acts',
      /6 of 6/,
    ],
    [
      'lets too much through',
      limits({ ...NONE, maxRequests: 3 }),
      TEN,
      { answers: [answers('200', 10, 900)], atOnce: 10 },
      'does-not-act',
      /10 requests were under way at once, more than 3/,
    ],
    [
      'lets more connections through than its limit, as Envoy does',
      limits({ ...NONE, maxConnections: 2, maxPendingRequests: 1 }),
      TEN,
      { answers: [answers('200', 4, 900)], atOnce: 4 },
      'not-exercised',
      /too short to meet/,
    ],
    ['is not reached', limits({ ...NONE, maxRequests: 30 }), TEN, {}, 'not-exercised', /the limit is 30/],
    ['is not reached by short requests', limits({ ...NONE, maxRequests: 3 }), TEN, {}, 'not-exercised', /too short/],
    [
      'has twice the room where there is a new version',
      { ...limits({ ...NONE, maxRequests: 6 }), ...CANARY },
      TEN,
      {},
      'not-exercised',
      /limit is 12/,
    ],
    ['without a limit is off', limits(NONE), TEN, {}, 'off', /no limit/],
  ];

  test.each(ROWS)('%s', (_, values, plan, seen, verdict, says) => {
    expect(judged('circuitBreaker', values, seen, plan)).toMatchObject({ verdict, seen: expect.stringMatching(says) });
  });

  test.each([
    [3, '--concurrency 7'],
    [150, '--concurrency 200'],
    [256, 'at most 200 at once'],
  ])('says how a limit of %i can be met', (maxRequests, says) => {
    expect(judged('circuitBreaker', limits({ ...NONE, maxRequests }), {}).next).toContain(says);
  });
});

describe('outlier detection', () => {
  const EJECTS = { outlierDetection: { consecutive5xx: 3 } };

  test.each<readonly [Counted, Verdict]>([
    [{ outlier_detection_ejections_enforced_total: 1, outlier_detection_ejections_overflow: 2 }, 'acts'],
    [{ outlier_detection_ejections_overflow: 2 }, 'does-not-act'],
    [{}, 'not-exercised'],
  ])('with %j: %s', (counted, verdict) => {
    expect(judged('outlierDetection', EJECTS, { counted }).verdict).toBe(verdict);
  });

  test('is left out where a Service has one address', () => {
    const one = destination(EJECTS, { clusterIP: '10.0.0.7' });
    const report = { sent: 0, answers: [], atOnce: 0, counted: {} };
    expect(judgeFeatures(one, PLAN, report).at(-1)).toMatchObject({ verdict: 'left-out' });
    expect(judgeUntreated(one, PLAN, 'no feature').at(-1)).toMatchObject({ verdict: 'left-out' });
  });
});

describe('a fault made on purpose is taken for nothing else', () => {
  const DELAY = { environment: 'test', fault: { delay: { percent: 100, duration: '2s' } } };
  const ABORT = { environment: 'test', fault: { abort: { percent: 50, status: 503 } } };
  const TIMED = { ...DELAY, timeout: '1s' };
  const RETRIED = { retries: { attempts: 2, perTryTimeout: '1s', retryOn: ['503', '502'] }, timeout: '10s' };
  const BROKEN = { ...DELAY, circuitBreaker: { maxRequests: 3 } };

  const ROWS: readonly (readonly [feature: Feature, values: Json, seen: Seen, verdict: Verdict, says: RegExp])[] = [
    ['timeout', TIMED, { answers: [answers('200', 2, 2100)] }, 'not-exercised', /fault.delay holds/],
    ['timeout', TIMED, { answers: [answers('200', 2, 2100, 3600)] }, 'does-not-act', /longer than 1s/],
    [
      ...(['timeout', TIMED] as const),
      { answers: [answers('504', 2, 3010)], counted: { upstream_rq_timeout: 2 } },
      ...(['acts', /ended 2/] as const),
    ],
    ['timeout', TIMED, { answers: [answers('200', 2, 30)] }, 'not-exercised', /longer than 30 ms/],
    ['perTryTimeout', { ...DELAY, ...RETRIED }, { answers: [answers('200', 1, 2600)] }, 'not-exercised', /fault.delay/],
    ['perTryTimeout', { ...DELAY, ...RETRIED }, { answers: [answers('200', 1, 3600)] }, 'does-not-act', /one try/],
    ['retries', { ...ABORT, ...RETRIED }, { answers: [answers('503', 4, 1)] }, 'not-exercised', /fault.abort/],
    [
      ...(['retries', { ...ABORT, ...RETRIED }] as const),
      { answers: [answers('503', 4, 1), answers('502', 1, 1)] },
      ...(['does-not-act', /^1 answered 502/] as const),
    ],
    [
      'circuitBreaker',
      BROKEN,
      { answers: [answers('200', 9, 2100)], atOnce: 9 },
      'not-exercised',
      /held by fault.delay/,
    ],
  ];

  test.each(ROWS)('%s under %j, with %j: %s', (feature, values, seen, verdict, says) => {
    expect(judged(feature, values, seen)).toMatchObject({ verdict, seen: expect.stringMatching(says) });
  });
});

test('what holds is that of the route which the requests take', () => {
  const routes = [
    { name: 'named', match: [{ headers: { 'x-test': 'true' }, path: { prefix: '/' } }], timeout: '9s' },
    { name: 'posted', match: [{ methods: ['POST'] }], timeout: '8s' },
    { name: 'numbered', match: [{ path: { regex: '^/items/\\d+$' } }], timeout: '7s' },
    { name: 'stream', match: [{ path: { exact: '/stream' } }], timeout: 'none' },
  ];
  const timeoutOf = (path: string) => judged('timeout', { timeout: '1s', routes }, {}, { ...PLAN, path }).set[0]?.value;
  expect(['/items/7?a=b', '/items/x', '/stream?from=1', '/streams', '/'].map(timeoutOf)).toEqual([
    ...['7s', '1s', 'none', '1s', '1s'],
  ]);
});

test('without a sidecar that does it nothing that is set acts, and what is off stays off', () => {
  const untreated = judgeUntreated(destination({ timeout: '1s' }), PLAN, 'no feature');
  expect(untreated.map(({ feature, verdict }) => [feature, verdict])).toEqual([
    ['timeout', 'does-not-act'],
    ['perTryTimeout', 'off'],
    ['retries', 'off'],
    ['retryBudget', 'off'],
    ['circuitBreaker', 'off'],
    ['outlierDetection', 'off'],
  ]);
  expect(untreated[0]).toMatchObject({ seen: 'no feature' });
  expect(untreated[0]).not.toHaveProperty('next');
});

test.each([
  [['acts', 'not-exercised', 'off'], [], 'same', 'acts'],
  [['acts', 'does-not-act'], [], 'same', 'does-not-act'],
  [['not-exercised', 'off', 'left-out'], [], 'same', 'nothing-exercised'],
  [['acts'], [{ pod: 'web', values: 'older' }], 'same', 'does-not-act'],
  [['acts'], [], 'older', 'does-not-act'],
] as const)('%j with outdated pods %j, new ones %s: %s', (verdicts, outdated, newPods, conclusion) => {
  const features = verdicts.map((verdict) => ({ feature: 'timeout' as const, verdict, set: [], seen: '' }));
  expect(concluded({ features, newPods, callers: { count: 1, outdated } })).toBe(conclusion);
});
