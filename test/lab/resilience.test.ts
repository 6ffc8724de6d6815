import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Explanation } from '../../src/cli/explained-live.ts';
import type { ExplainedTraffic } from '../../src/core/admission/explain-traffic.ts';
import { type Duration, durationMs } from '../../src/core/traffic/duration.ts';
import { eventually } from '../cluster/eventually.ts';
import { policyFile } from '../cluster/policy-file.ts';
import type { PodWorker } from '../node/pod-worker.ts';
import { pillion } from '../unit/cli/command-line.ts';
import { call } from './counted.ts';
import type { Lab } from './lab.ts';
import { linesOf, mostAtWork, statistics } from './passed.ts';
import { runningConfiguration } from './running-configuration.ts';
import { SHOP, shopPod, shopReady, startShop } from './shop.ts';
import { backend, EJECTS, resilientValues, trafficService as service } from './traffic-service.ts';

const TRIES = { attempts: 2, perTryTimeout: '2s', retryOn: ['503', 'connect-failure', 'reset'], backoff: '25ms' };

/** The `concurrency` of the built-in profile. */
const WORKERS = 2;

const SERVICES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  plain: {},
  timing: { timeout: '1s', routes: [{ name: 'stream', match: [{ path: { prefix: '/trickle/' } }], timeout: 'none' }] },
  ...resilientValues(TRIES),
  advancing: {
    canary: { version: 'v2', weight: 10, match: [{ headers: { 'x-canary': 'true' } }], service: 'advancing-v2' },
  },
  mirroring: { mirror: { service: 'advancing-v2', percent: 100 } },
  failing: { environment: 'test', fault: { abort: { percent: 50, status: 555 } } },
  slowing: { environment: 'test', fault: { delay: { percent: 100, duration: '700ms' } } },
};
const BACKENDS = ['backend-1', 'backend-2', 'backend-3'];

let lab: Lab;
let client: PodWorker;
let backends: readonly PodWorker[];
let canary: PodWorker;

beforeAll(async () => {
  lab = await startShop({ policy: { profile: { features: ['Observability', 'Resilience'] } } });
  await lab.apply(
    ...Object.entries(SERVICES).map(([name, values]) => service(name, values)),
    service('by-address', { outlierDetection: EJECTS, timeout: '1s' }, { headless: false }),
    service('advancing-v2', undefined, { app: 'canary' }),
    service('sharing', { cors: { origins: ['https://shop.example'], methods: ['GET'] } }, { app: 'sharing' }),
    ...BACKENDS.map((name) => backend(name, 'backend')),
    backend('canary', 'canary'),
    { ...backend('sharing', 'sharing'), spec: { ...sharingSpec() } },
  );
  await shopReady(lab, ...BACKENDS, 'canary', 'sharing');
  const dependsOn = [...Object.keys(SERVICES), 'by-address'].join(', ');
  await lab.apply(
    shopPod('client', 'lab/client', { annotations: { 'pillion.io/depends-on': dependsOn } }),
    shopPod('stranger', 'lab/client'),
  );
  await shopReady(lab, 'client', 'stranger');
  client = lab.pod(SHOP, 'client');
  backends = BACKENDS.map((name) => lab.pod(SHOP, name));
  canary = lab.pod(SHOP, 'canary');
});

/** Its port is told, so that what its Service says about the port is known. */
const sharingSpec = () => ({
  terminationGracePeriodSeconds: 5,
  containers: [{ name: 'app', image: 'lab/http', ports: [{ containerPort: 8080 }] }],
});

afterAll(async () => lab?.stop());

interface Requests {
  readonly statuses: Readonly<Record<string, number>>;
  readonly pods: Readonly<Record<string, number>>;
  readonly ms: readonly number[];
}

const requests = async (url: string, count: number, ...more: readonly string[]): Promise<Requests> =>
  (await call(lab, client, 'requests', url, String(count), ...more)) as unknown as Requests;
const arrived = (pattern: RegExp) => Promise.all(backends.map((pod) => linesOf(pod, pattern)));
const total = async (pattern: RegExp) => (await arrived(pattern)).reduce((sum, count) => sum + count, 0);
/** What the client’s sidecar counted for an upstream. */
async function counted(name: string, what: string): Promise<number> {
  const counters = await statistics(client, `^cluster\\.${SHOP}/${name}/8080\\.`);
  return counters.get(`cluster.${SHOP}/${name}/8080.${what}`) ?? 0;
}
const become = (pod: PodWorker, status: number) => call(lab, pod, 'http', `http://127.0.0.1:8080/become/${status}`);

test('without values for it, and with values that switch everything off, a request goes where it was sent and comes back', async () => {
  const { statuses } = await requests('http://plain:8080/status/503', 3);
  expect(statuses).toEqual({ 503: 3 });
  expect(await total(/^request GET \/status\/503 /)).toBe(3);
  const strange = await call(lab, lab.pod(SHOP, 'stranger'), 'requests', 'http://timing:8080/delay/1500', '1');
  expect(strange).toMatchObject({ statuses: { 200: 1 } });
});

describe('timeout', () => {
  test('an answer that takes longer is 504 at the set time, and the server was asked once', async () => {
    const { statuses, ms } = await requests('http://timing:8080/delay/4001', 1);
    expect(statuses).toEqual({ 504: 1 });
    expect(ms[0]).toBeGreaterThanOrEqual(990);
    expect(ms[0]).toBeLessThan(3_000);
    expect(await total(/^request GET \/delay\/4001 /)).toBe(1);
    expect(await counted('timing', 'upstream_rq_timeout')).toBe(1);
  });

  test('an answer in time passes', async () => {
    expect((await requests('http://timing:8080/delay/300', 2)).statuses).toEqual({ 200: 2 });
  });

  test('a route of its own lets an answer go on that streams for longer', async () => {
    expect(await call(lab, client, 'http', 'http://timing:8080/trickle/2500')).toMatchObject({
      status: 200,
      body: expect.stringMatching(/end\n$/),
    });
  });
});

test('a timeout is none of a WebSocket, once that is open', async () => {
  expect(await call(lab, client, 'pausing', 'ws://timing:8080/', '2500')).toEqual({ echoes: ['before', 'after'] });
});

describe('retries', () => {
  test('a GET is tried again, each time at another pod, as often as is set', async () => {
    const { statuses } = await requests('http://retrying:8080/status/503/get-{n}', 40);
    expect(statuses).toEqual({ 503: 40 });
    const tries = await Promise.all(
      Array.from({ length: 40 }, (_, number) => arrived(new RegExp(`^request GET /status/503/get-${number + 1} `))),
    );
    expect(tries).toEqual(tries.map(() => [1, 1, 1]));
    expect(await counted('retrying', 'upstream_rq_retry')).toBe(80);
  });

  test('a POST that reached the server is not tried again', async () => {
    expect((await requests('http://retrying:8080/status/503/post', 1, '1', 'POST')).statuses).toEqual({ 503: 1 });
    expect(await total(/^request POST \/status\/503\/post /)).toBe(1);
  });

  test('with a budget no more of them are under way than it allows', async () => {
    const { statuses } = await requests('http://budgeting:8080/status/503/budget', 60, '20');
    expect(statuses).toEqual({ 503: 60 });
    const overflow = await counted('budgeting', 'upstream_rq_retry_overflow');
    expect(overflow).toBeGreaterThan(0);
    // without the budget 240 would arrive
    const all = await total(/^request GET \/status\/503\/budget /);
    expect(all).toBe(60 + (await counted('budgeting', 'upstream_rq_retry')));
    expect(all).toBeLessThan(200);
  });
});

describe('circuit breaker', () => {
  test('holds what is under way at the set number, and answers the rest 503', async () => {
    const { statuses } = await requests('http://breaking:8080/work/2000', 12, '12');
    expect(statuses).toEqual({ 200: 3, 503: 9 });
    expect(await total(/^request GET \/work\/2000 /)).toBe(3);
    expect(Math.max(...(await Promise.all(backends.map(mostAtWork))))).toBeLessThanOrEqual(3);
    expect(await counted('breaking', 'upstream_rq_active_overflow')).toBe(9);
    // and lets requests pass again
    expect((await requests('http://breaking:8080/work/1', 5)).statuses).toEqual({ 200: 5 });
  });

  test('a limit on connections lets so many wait as is set, and gives each endpoint one a thread at least', async () => {
    const { statuses } = await requests('http://queueing:8080/work/2001', 12, '12');
    const { 200: passed = 0, 503: refused = 0 } = statuses;
    // two connections and one that waits, or one for each endpoint that a thread of Envoy chose and one that waits
    expect(passed).toBeGreaterThanOrEqual(2 + 1);
    expect(passed).toBeLessThanOrEqual(BACKENDS.length * WORKERS + 1);
    expect(refused).toBe(12 - passed);
    expect(await counted('queueing', 'upstream_rq_pending_overflow')).toBe(refused);
    expect(await counted('queueing', 'upstream_cx_total')).toBeLessThanOrEqual(BACKENDS.length * WORKERS);
  });
});

describe('outlier detection', () => {
  const failing = () => backends[0] as PodWorker;

  test('of 3 endpoints a share of 34 per cent leaves out the one that fails, and it comes back', async () => {
    await become(failing(), 500);
    await requests('http://ejecting:8080/work/1', 60, '3');
    await eventually(
      'it is left out',
      async () => (await counted('ejecting', 'outlier_detection.ejections_active')) === 1,
    );
    expect((await requests('http://ejecting:8080/work/1', 30)).statuses).toEqual({ 200: 30 });
    await become(failing(), 200);
    await eventually('it is back', async () => (await counted('ejecting', 'outlier_detection.ejections_active')) === 0);
    const { pods } = await requests('http://ejecting:8080/work/1', 60);
    expect(Object.keys(pods).sort()).toEqual(BACKENDS);
  });

  test('a share of 33 per cent leaves out none', async () => {
    await become(failing(), 500);
    await requests('http://keeping:8080/work/1', 60, '3');
    await eventually(
      'it would have been',
      async () => (await counted('keeping', 'outlier_detection.ejections_overflow')) > 0,
    );
    expect(await counted('keeping', 'outlier_detection.ejections_active')).toBe(0);
    expect((await requests('http://keeping:8080/work/1', 60)).statuses['500']).toBeGreaterThan(0);
    await become(failing(), 200);
  });

  test('is left out where a Service has one address for all pods, and its timeout is not', async () => {
    const { statuses } = await requests('http://by-address:8080/status/500/address', 20);
    expect(statuses).toEqual({ 500: 20 });
    expect((await requests('http://by-address:8080/delay/2002', 1)).statuses).toEqual({ 504: 1 });
    expect(await counted('by-address', 'outlier_detection.ejections_enforced_total')).toBe(0);
  });
});

describe('canary', () => {
  test('gets its share of requests, within what chance does', async () => {
    const { pods, statuses } = await requests('http://advancing:8080/weighted', 1000, '10');
    expect(statuses).toEqual({ 200: 1000 });
    // four standard deviations of a binomial distribution
    expect(Math.abs((pods.canary ?? 0) - 100)).toBeLessThan(4 * Math.sqrt(1000 * 0.1 * 0.9));
  });

  test('gets every request that its condition names', async () => {
    const { pods } = await requests('http://advancing:8080/named', 20, '1', 'GET', '{"x-canary":"true"}');
    expect(pods).toEqual({ canary: 20 });
  });

  test('a mirror gets a copy of each request, and its answers are thrown away', async () => {
    const { pods } = await requests('http://mirroring:8080/mirrored', 20);
    expect(pods.canary).toBeUndefined();
    await eventually('the copies arrived', async () => (await linesOf(canary, /^request GET \/mirrored /)) === 20);
  });
});

describe('faults on purpose', () => {
  test('a share of requests is answered at once', async () => {
    const { statuses } = await requests('http://failing:8080/fault', 400, '10');
    expect(Math.abs((statuses['555'] ?? 0) - 200)).toBeLessThan(4 * Math.sqrt(400 * 0.5 * 0.5));
    expect(await total(/^request GET \/fault /)).toBe(statuses['200']);
  });

  test('requests wait', async () => {
    const { statuses, ms } = await requests('http://slowing:8080/', 2);
    expect(statuses).toEqual({ 200: 2 });
    expect(Math.min(...ms)).toBeGreaterThanOrEqual(690);
  });
});

test('the sidecar of a service answers for it which pages of other origins may call it', async () => {
  const { stdout } = await lab.exec(client, 'app', ['node', '-e', PREFLIGHTS]);
  expect(JSON.parse(stdout)).toEqual([
    { status: 200, allowed: 'https://shop.example', methods: 'GET' },
    { status: 200, allowed: null, methods: null },
  ]);
  expect(await linesOf(lab.pod(SHOP, 'sharing'), /^request OPTIONS /)).toBe(1);
});

const PREFLIGHTS = `Promise.all(['https://shop.example', 'https://other.example'].map((origin) =>
  fetch('http://sharing:8080/', { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'GET' } })
    .then(({ status, headers }) => ({ status, allowed: headers.get('access-control-allow-origin'), methods: headers.get('access-control-allow-methods') })),
)).then((all) => console.log(JSON.stringify(all)))`;

test('what explain says of a pod is what its Envoy has', async () => {
  const files = { 'policy.yaml': policyFile({ profile: { features: ['Observability', 'Resilience'] } }) };
  const flags = [
    '-n',
    SHOP,
    '--kubeconfig',
    lab.cluster.controlPlane.kubeconfig,
    '--policy',
    'policy.yaml',
    '-o',
    'json',
  ];
  const { exit, stdout, stderr } = await pillion(['explain', 'pod/client', ...flags], { files });
  expect([exit, stderr]).toEqual([0, '']);
  const [{ record, traffic, running: sidecar }] = JSON.parse(stdout) as [Explanation];
  expect([record.reason, sidecar?.state]).toEqual(['opted-in', 'injected']);
  const explained = (traffic as ExplainedTraffic).destinations;
  const running = await runningConfiguration(client);
  expect(Object.keys(running.listeners)).toEqual(expect.arrayContaining(['inbound', 'outbound']));
  // all of these Services are called at this port
  expect(explained.map(({ listener }) => running.listeners[listener])).toEqual(explained.map(() => 8080));
  expect(explained.map(({ upstream, hosts }) => ({ name: upstream, domains: hosts }))).toEqual(
    running.hosts.map(({ name, domains }) => ({ name, domains })),
  );
  for (const { upstream, endpoints, routes, settings } of explained) {
    const own = running.upstreams.find(({ name }) => name === upstream);
    expect(own?.endpoints).toBe(endpoints === 'each pod' ? BACKENDS.length : 1);
    const said = (what: string) => settings.find((setting) => setting.what === what)?.value;
    const number = (value: unknown) => (typeof value === 'number' ? value : undefined);
    expect(own?.maxEjectionPercent).toBe(said('outlierDetection.maxEjectionPercent'));
    expect(own?.consecutive5xx).toBe(number(said('outlierDetection.consecutive5xx')));
    const unlimited = 2 ** 32 - 1;
    expect(own?.maxConnections).toBe(number(said('circuitBreaker.maxConnections')) ?? unlimited);
    expect(own?.maxRequests).toBe(number(said('circuitBreaker.maxRequests')) ?? unlimited);
    const host = running.hosts.find(({ name }) => name === upstream);
    expect([...new Set(host?.routes.map(({ name }) => name))]).toEqual([...new Set(routes.map(({ name }) => name))]);
    for (const route of routes) {
      const chosen = (what: string) => route.settings.find((setting) => setting.what === what)?.value;
      const timeout = chosen('timeout');
      for (const { timeout: has, retries } of host?.routes.filter(({ name }) => name === route.name) ?? []) {
        expect(has).toBe(timeout === 'none' ? '0s' : `${durationMs(String(timeout) as Duration) / 1000}s`);
        expect(retries).toBe(chosen('retries.attempts'));
      }
    }
  }
});

test('a Service that changes what it says counts for pods that come after it, and explain says so of those before', async () => {
  const files = { 'policy.yaml': policyFile({ profile: { features: ['Observability', 'Resilience'] } }) };
  const flags = ['-n', SHOP, '--kubeconfig', lab.cluster.controlPlane.kubeconfig, '--policy', 'policy.yaml'];
  await lab.apply(service('plain', { timeout: '300ms' }));
  const { stdout } = await pillion(['explain', 'pod/client', ...flags], { files });
  expect(stdout).toContain('would be rendered otherwise now');
  expect(stdout).toMatch(/timeout +300ms +\(project\)/);
  expect((await requests('http://plain:8080/delay/600', 1)).statuses).toEqual({ 200: 1 });
  const annotations = { 'pillion.io/depends-on': 'plain' };
  await lab.apply(shopPod('newer', 'lab/client', { annotations }));
  await shopReady(lab, 'newer');
  const newer = await call(lab, lab.pod(SHOP, 'newer'), 'requests', 'http://plain:8080/delay/600', '1');
  expect(newer).toMatchObject({ statuses: { 504: 1 } });
});

test('what is said badly is not taken: what was said before counts', async () => {
  await lab.kubectl(
    'annotate',
    'service',
    'timing',
    '-n',
    SHOP,
    '--overwrite',
    'pillion.io/traffic={service: {name: other}}',
  );
  await eventually('it is seen', () =>
    readFile(lab.pillion.log, 'utf8').then((log) => log.includes('what it said before counts')),
  );
  const annotations = { 'pillion.io/depends-on': 'timing' };
  await lab.apply(shopPod('later', 'lab/client', { annotations }));
  await shopReady(lab, 'later');
  const later = await call(lab, lab.pod(SHOP, 'later'), 'requests', 'http://timing:8080/delay/1500', '1');
  expect(later).toMatchObject({ statuses: { 504: 1 } });
});
