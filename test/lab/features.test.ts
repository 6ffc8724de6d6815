import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { PodWorker } from '../node/pod-worker.ts';
import { call } from './counted.ts';
import type { Lab } from './lab.ts';
import { linesOf } from './passed.ts';
import { SHOP, shopPod, shopReady, startShop } from './shop.ts';
import { backend, trafficService } from './traffic-service.ts';

/** One kind of upstream: what is asked of it, and how often at once. */
interface Row {
  readonly path: string;
  readonly atOnce: number;
}

const ROWS: Readonly<Record<string, Row>> = {
  slow: { path: '/delay/5000', atOnce: 1 },
  'streaming for long': { path: '/trickle/5000', atOnce: 1 },
  ...Object.fromEntries(
    [429, 500, 502, 503, 504].map((status) => [`failing with ${status}`, { path: `/status/${status}`, atOnce: 1 }]),
  ),
  'broken before it answers': { path: '/reset', atOnce: 1 },
  overloaded: { path: '/work/2000', atOnce: 20 },
};

/** What came of a row: how often each status, and how often an application was asked. */
interface Outcome {
  readonly statuses: Readonly<Record<string, number>>;
  readonly attempts: number;
}

/** With every feature off: as the application answers, and 503 where it ends the connection instead. */
const AS_IT_IS: Readonly<Record<string, Outcome>> = {
  slow: { statuses: { 200: 1 }, attempts: 1 },
  'streaming for long': { statuses: { 200: 1 }, attempts: 1 },
  ...Object.fromEntries(
    [429, 500, 502, 503, 504].map((status) => [`failing with ${status}`, { statuses: { [status]: 1 }, attempts: 1 }]),
  ),
  'broken before it answers': { statuses: { 503: 1 }, attempts: 1 },
  overloaded: { statuses: { 200: 20 }, attempts: 20 },
};

interface Feature {
  readonly values: Readonly<Record<string, unknown>>;
  /** Its own rows; all others stay as they are. */
  readonly changes: Readonly<Record<string, Outcome>>;
}

const every = (change: (outcome: Outcome) => Outcome): Feature['changes'] =>
  Object.fromEntries(Object.entries(AS_IT_IS).map(([row, outcome]) => [row, change(outcome)]));

const TRIED_THRICE = { statuses: { 503: 1 }, attempts: 3 };

const FEATURES: Readonly<Record<string, Feature>> = {
  none: { values: {}, changes: {} },
  timeout: {
    values: { timeout: '3s' },
    changes: {
      slow: { statuses: { 504: 1 }, attempts: 1 },
      // the answer has begun, so all that is left is to end it
      'streaming for long': { statuses: { UND_ERR_SOCKET: 1 }, attempts: 1 },
    },
  },
  retries: {
    values: {
      timeout: '30s',
      retries: { attempts: 2, perTryTimeout: '9s', retryOn: ['503', 'reset'], backoff: '25ms' },
    },
    changes: { 'failing with 503': TRIED_THRICE, 'broken before it answers': TRIED_THRICE },
  },
  retrybudget: { values: { retryBudget: { percent: 20, minRetryConcurrency: 1 } }, changes: {} },
  circuitbreaker: {
    values: { circuitBreaker: { maxRequests: 5 } },
    changes: { overloaded: { statuses: { 200: 5, 503: 15 }, attempts: 5 } },
  },
  outlierdetection: { values: { outlierDetection: { consecutive5xx: 5 } }, changes: {} },
  loadbalancing: {
    values: { loadBalancing: { algorithm: 'consistent-hash', hash: { sourceIp: true }, warmup: 'none' } },
    changes: {},
  },
  canary: { values: { canary: { version: 'v2', weight: 50, service: 'second' } }, changes: {} },
  mirror: {
    values: { mirror: { service: 'second', percent: 100 } },
    changes: every(({ statuses, attempts }) => ({ statuses, attempts: 2 * attempts })),
  },
  fault: {
    values: { environment: 'test', fault: { abort: { percent: 100, status: 555 } } },
    changes: every(({ statuses }) => ({
      statuses: { 555: Object.values(statuses).reduce((sum, count) => sum + count, 0) },
      attempts: 0,
    })),
  },
  cors: { values: { cors: { origins: ['https://shop.example'], methods: ['GET'] } }, changes: {} },
};

const SERVERS = ['first-1', 'first-2', 'second'];
let lab: Lab;
let servers: readonly PodWorker[];
let outcomes: ReadonlyMap<string, Outcome>;

async function outcomeOf(client: PodWorker, feature: string, { path, atOnce }: Row): Promise<Outcome> {
  const own = `${path}/${feature}`;
  const said = await call(lab, client, 'requests', `http://${feature}:8080${own}`, String(atOnce), String(atOnce));
  // copies arrive by themselves
  await new Promise((resolve) => setTimeout(resolve, 500));
  const arrived = await Promise.all(servers.map((server) => linesOf(server, new RegExp(`^request GET ${own} `))));
  return {
    statuses: said.statuses as Outcome['statuses'],
    attempts: arrived.reduce((sum, count) => sum + count, 0),
  };
}

beforeAll(async () => {
  lab = await startShop({ policy: { profile: { features: ['Observability', 'Resilience'] } } });
  await lab.apply(
    ...Object.entries(FEATURES).map(([name, { values }]) => trafficService(name, values, { app: 'first' })),
    trafficService('second', undefined, { app: 'second' }),
    ...SERVERS.map((name) => backend(name, name.startsWith('first') ? 'first' : 'second')),
  );
  await shopReady(lab, ...SERVERS);
  const annotations = { 'pillion.io/depends-on': Object.keys(FEATURES).join(', ') };
  await lab.apply(shopPod('client', 'lab/client', { annotations }));
  await shopReady(lab, 'client');
  const client = lab.pod(SHOP, 'client');
  servers = SERVERS.map((name) => lab.pod(SHOP, name));
  const found = new Map<string, Outcome>();
  // one kind of upstream after the other: what is overloaded by all features at once would be slow for other reasons
  for (const [row, asked] of Object.entries(ROWS)) {
    const all = Object.keys(FEATURES).map(async (feature) => {
      found.set(`${feature}: ${row}`, await outcomeOf(client, feature, asked));
    });
    await Promise.all(all);
  }
  outcomes = found;
});

afterAll(async () => lab?.stop());

test.each(Object.entries(FEATURES))('%s changes its own rows and no other', (feature, { changes }) => {
  const got = Object.fromEntries(Object.keys(ROWS).map((row) => [row, outcomes.get(`${feature}: ${row}`)]));
  expect(got).toEqual({ ...AS_IT_IS, ...changes });
});
