import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '../cluster/eventually.ts';
import type { PodWorker } from '../node/pod-worker.ts';
import { call } from './counted.ts';
import type { Lab } from './lab.ts';
import { linesOf, mostAtWork, statistics } from './passed.ts';
import { SHOP, shopPod, shopReady, startShop } from './shop.ts';
import { backend, trafficService as service } from './traffic-service.ts';

const BACKENDS = ['backend-1', 'backend-2', 'backend-3'];
const MOST_REQUESTS = 12;
/** As much as an outage of seconds collects where nothing bounds it, and several times what may be under way where something does. */
const CROWD = 60;
const EVERY_MS = 20;

const SERVICES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  bare: {},
  guarded: {
    service: { minReplicas: 3 },
    timeout: '1s',
    retries: { attempts: 1, perTryTimeout: '400ms', retryOn: ['gateway-error'], backoff: '25ms' },
    retryBudget: { percent: 20, minRetryConcurrency: 1 },
    circuitBreaker: { maxRequests: MOST_REQUESTS },
    outlierDetection: { consecutive5xx: 5, interval: '500ms', baseEjectionTime: '1s', maxEjectionPercent: 34 },
  },
};

let lab: Lab;
let client: PodWorker;
let backends: readonly PodWorker[];

beforeAll(async () => {
  lab = await startShop({ policy: { profile: { features: ['Observability', 'Resilience'] } } });
  await lab.apply(
    ...Object.entries(SERVICES).map(([name, values]) => service(name, values, { app: name })),
    ...Object.keys(SERVICES).flatMap((app) => BACKENDS.map((name) => backend(`${app}-${name}`, app))),
  );
  await shopReady(lab, ...Object.keys(SERVICES).flatMap((app) => BACKENDS.map((name) => `${app}-${name}`)));
  await lab.apply(shopPod('client', 'lab/client', { annotations: { 'pillion.io/depends-on': 'bare, guarded' } }));
  await shopReady(lab, 'client');
  client = lab.pod(SHOP, 'client');
  // it is ready without a probe, which may be before its container has its files
  await eventually('the client can call', () =>
    call(lab, client, 'resolve', 'bare').then(
      () => true,
      () => false,
    ),
  );
});

afterAll(async () => lab?.stop());

type Seconds = readonly Readonly<Record<string, number>>[];

const paced = async (name: string, count: number): Promise<Seconds> =>
  (await call(lab, client, 'paced', `http://${name}:8080/work/40`, String(count), String(EVERY_MS))).seconds as Seconds;
const told = (what: string) =>
  Promise.all(backends.map((pod) => call(lab, pod, 'http', `http://127.0.0.1:8080/${what}`)));
const arrived = async () =>
  (await Promise.all(backends.map((pod) => linesOf(pod, /^at work /)))).reduce((sum, count) => sum + count, 0);

async function counted(name: string, what: string): Promise<number> {
  const counters = await statistics(client, `^cluster\\.${SHOP}/${name}/8080\\.`);
  return counters.get(`cluster.${SHOP}/${name}/8080.${what}`) ?? 0;
}

interface Recovery {
  readonly seconds: Seconds;
  /** Requests at the service, as the caller’s sidecar counts them, at the end of the outage. */
  readonly underWay: number;
  /** At the pod that had the most. */
  readonly most: number;
}

/** No pod answers from some time on, until `enough`; then they all do again, under the same load. */
async function outage(name: string, enough: () => Promise<boolean>): Promise<Recovery> {
  backends = BACKENDS.map((pod) => lab.pod(SHOP, `${name}-${pod}`));
  const load = paced(name, 500);
  await eventually('there is traffic', async () => (await arrived()) >= 50);
  await told('hold');
  await eventually('the outage has had its effect', enough);
  const underWay = await counted(name, 'upstream_rq_active');
  await told('release');
  const seconds = await load;
  const most = Math.max(...(await Promise.all(backends.map(mostAtWork))));
  const perSecond = seconds.map((statuses) => statuses['200'] ?? 0).join(' ');
  process.stdout.write(
    `${name}: answered well in each second ${perSecond}; ${underWay} under way at its end, at most ${most} at one pod\n`,
  );
  return { seconds, underWay, most };
}

const all = (seconds: Seconds): Readonly<Record<string, number>> => {
  const sums: Record<string, number> = {};
  for (const statuses of seconds)
    for (const [status, count] of Object.entries(statuses)) sums[status] = (sums[status] ?? 0) + count;
  return sums;
};

test('with nothing set, everything that an outage collects comes to its pods at once', async () => {
  const { seconds, underWay, most } = await outage(
    'bare',
    async () => (await counted('bare', 'upstream_rq_active')) >= CROWD,
  );
  expect(underWay).toBeGreaterThanOrEqual(CROWD);
  // of three pods one has a third at least
  expect(most).toBeGreaterThanOrEqual(CROWD / BACKENDS.length);
  expect(all(seconds)).toEqual({ 200: 500 });
  expect(all(await paced('bare', 100))).toEqual({ 200: 100 });
});

test('with limits and timeouts callers are refused meanwhile, and the pods come back to no more than they may have', async () => {
  const { seconds, underWay, most } = await outage(
    'guarded',
    async () => (await counted('guarded', 'upstream_rq_active_overflow')) >= CROWD,
  );
  expect(underWay).toBeLessThanOrEqual(MOST_REQUESTS);
  expect(most).toBeLessThanOrEqual(MOST_REQUESTS);
  const { 200: well = 0, 503: refused = 0, 504: ended = 0, ...others } = all(seconds);
  expect(others).toEqual({});
  expect(refused).toBeGreaterThanOrEqual(CROWD);
  expect(refused).toBe(await counted('guarded', 'upstream_rq_active_overflow'));
  expect(ended).toBeGreaterThan(0);
  expect(well + refused + ended).toBe(500);
  // one retry at a time: far fewer than requests that were due for one
  expect(await counted('guarded', 'upstream_rq_retry')).toBeLessThan(refused);
  await eventually('the full rate is there', async () => (await shares('guarded')).sum === 100);
  await eventually(
    'none is left out',
    async () => (await counted('guarded', 'outlier_detection.ejections_active')) === 0,
  );
  await eventually('every pod has its share of it', async () => {
    const { sum, least } = await shares('guarded');
    return sum === 100 && least > 0;
  });
});

/** Of a hundred requests at the same rate: how many were answered well, and how many came to the pod that got the fewest. */
async function shares(name: string): Promise<{ readonly sum: number; readonly least: number }> {
  const lines = () => Promise.all(backends.map((pod) => linesOf(pod, /^at work /)));
  const before = await lines();
  const { 200: sum = 0 } = all(await paced(name, 100));
  const after = await lines();
  return { sum, least: Math.min(...after.map((count, index) => count - (before[index] ?? 0))) };
}
