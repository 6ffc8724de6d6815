import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type CapturedPod, eventually, POD } from './captured-pod.ts';
import {
  arrived as arrivedAt,
  OWN,
  openTreatedPod,
  PORT,
  type Said,
  shown,
  startServers,
  statuses as statusesOf,
} from './treated-pod.ts';

// What rules for traffic values say of Envoy, seen at a real one: the values that break a rule, and beside them those that keep it.

const OFF = { retries: 'none', circuitBreaker: 'none', retryBudget: 'none', outlierDetection: 'none' } as const;
const tries = (attempts: number, perTryTimeout: '400ms' | '5s') =>
  ({ attempts, perTryTimeout, backoff: '25ms' }) as const;
const failing = { attempts: 2, perTryTimeout: '2s', backoff: '1ms' } as const;

const PATH = '^/slow/1001/whole$';
const HEADER = '^ann$';
const ORIGIN = '^https://shop\\.example\\.com$';

const SAID: Said = {
  cut: { ...OFF, timeout: '1s', retries: tries(3, '400ms'), ...shown('MESH001') },
  fitting: { ...OFF, timeout: '3s', retries: tries(3, '400ms') },
  greedy: { ...OFF, timeout: '1s', retries: tries(1, '5s'), ...shown('MESH002') },
  statuses: { ...OFF, timeout: '10s', retries: { ...failing, retryOn: ['503'] }, ...shown('MESH006') },
  resets: { ...OFF, timeout: '10s', retries: { ...failing, retryOn: ['503', 'reset'] } },
  waiting: {
    ...OFF,
    circuitBreaker: { maxConnections: 1, maxPendingRequests: 'none', maxRequests: 'none' },
    ...shown('MESH021'),
  },
  refusing: { ...OFF, circuitBreaker: { maxConnections: 1, maxPendingRequests: 1, maxRequests: 'none' } },
  numbered: {
    ...OFF,
    timeout: '10s',
    retries: { ...failing, retryOn: ['503'] },
    circuitBreaker: { maxRetries: 1, maxRequests: 'none', maxPendingRequests: 'none', maxConnections: 'none' },
  },
  budgeted: {
    ...OFF,
    timeout: '10s',
    retries: { ...failing, retryOn: ['503'] },
    circuitBreaker: { maxRetries: 1, maxRequests: 'none', maxPendingRequests: 'none', maxConnections: 'none' },
    retryBudget: { percent: 100, minRetryConcurrency: 1000 },
    ...shown('MESH023'),
  },
  ordered: {
    ...OFF,
    timeout: 'none',
    routes: [
      { name: 'general', match: [{ path: { prefix: '/slow' } }], timeout: '300ms' },
      { name: 'special', match: [{ path: { prefix: '/slow/1000' } }], timeout: 'none' },
    ],
    ...shown('MESH033'),
  },
  delayed: {
    ...OFF,
    environment: 'test',
    timeout: '300ms',
    fault: { delay: { percent: 100, duration: '600ms' } },
  },
  aborted: {
    ...OFF,
    environment: 'test',
    timeout: '10s',
    retries: { ...failing, retryOn: ['418', '503'] },
    fault: { abort: { percent: 50, status: 418 } },
  },
  [OWN]: { ...OFF, cors: { origins: [ORIGIN] } },
  expressed: {
    ...OFF,
    timeout: 'none',
    routes: [
      { name: 'path', match: [{ path: { regex: PATH } }], timeout: '300ms' },
      { name: 'header', match: [{ headers: { 'x-user': { regex: HEADER } } }], timeout: '300ms' },
    ],
  },
};

let network: CapturedPod;

beforeAll(async () => {
  // without anchors the rule would refuse the expressions
  const expressions = [PATH, HEADER, ORIGIN];
  const unanchored = new Set<string>();
  const changed = (text: string): string => {
    if (!expressions.includes(text)) return text;
    unanchored.add(text);
    return text.slice(1, -1);
  };
  network = await openTreatedPod(SAID, { changed });
  // with their anchors nothing would be shown
  expect(unanchored).toEqual(new Set(expressions));
  await startServers(network, [PORT]);
});
afterAll(async () => network?.stop());

const statuses = (
  service: string,
  path: string,
  count = 1,
  headers: Readonly<Record<string, string>> = {},
): Promise<Readonly<Record<string, number>>> => statusesOf(network, service, path, { count, headers });
const arrived = (path: string): Promise<number> => arrivedAt(network, path);

test('MESH001: tries that do not fit into the timeout are cut off, and with time for all of them all come', async () => {
  expect(await statuses('cut', '/slow/5000/cut')).toEqual({ 504: 1 });
  expect(await arrived('/slow/5000/cut')).toBe(3);
  expect(await statuses('fitting', '/slow/5000/fitting')).toEqual({ 504: 1 });
  expect(await arrived('/slow/5000/fitting')).toBe(4);
});

test('MESH002: a try that takes the whole timeout leaves none for another', async () => {
  expect(await statuses('greedy', '/slow/5000/greedy')).toEqual({ 504: 1 });
  expect(await arrived('/slow/5000/greedy')).toBe(1);
});

test('MESH006: a connection that breaks is answered 503, and no retry on 503 counts it', async () => {
  expect(await statuses('statuses', '/hangingUp/0/statuses')).toEqual({ 503: 1 });
  expect(await arrived('/hangingUp/0/statuses')).toBe(1);
  expect(await statuses('statuses', '/failing/503/statuses')).toEqual({ 503: 1 });
  expect(await arrived('/failing/503/statuses')).toBe(3);
  expect(await statuses('resets', '/hangingUp/0/resets')).toEqual({ 503: 1 });
  expect(await arrived('/hangingUp/0/resets')).toBe(3);
});

test('MESH021: over HTTP/1.1 a request beyond maxConnections waits, and maxPendingRequests refuses', async () => {
  expect(await statuses('waiting', '/slow/200/waiting', 6)).toEqual({ 200: 6 });
  const { 200: passed = 0, 503: refused = 0 } = await statuses('refusing', '/slow/1000/refusing', 6);
  // one has the connection and one waits, in each of Envoy’s threads that got some
  expect(passed).toBeGreaterThanOrEqual(2);
  expect(refused).toBeGreaterThan(0);
  expect([passed + refused, await arrived('/slow/1000/refusing')]).toEqual([6, passed]);
});

test('MESH023: a budget takes the place of the number of retries', async () => {
  const many = 30;
  await statuses('numbered', '/failing/503/numbered', many);
  expect(await arrived('/failing/503/numbered')).toBeLessThan(3 * many);
  await statuses('budgeted', '/failing/503/budgeted', many);
  expect(await arrived('/failing/503/budgeted')).toBe(3 * many);
});

test('MESH033: the first route that matches counts, not the one that says most', async () => {
  expect(await statuses('ordered', '/slow/1000/ordered')).toEqual({ 504: 1 });
});

test('MESH040: a delay is no part of the timeout, and an abort is not tried again', async () => {
  const began = performance.now();
  expect(await statuses('delayed', '/slow/1/delayed')).toEqual({ 200: 1 });
  expect(performance.now() - began).toBeGreaterThan(600);
  expect(await statuses('delayed', '/slow/1000/delayed')).toEqual({ 504: 1 });
  const many = 100;
  const { 418: aborted = 0, 503: failed = 0 } = await statuses('aborted', '/failing/503/aborted', many);
  expect(aborted + failed).toBe(many);
  // four standard deviations of a half; of what is tried three times an eighth would be left
  expect(Math.abs(aborted - many / 2)).toBeLessThan(4 * Math.sqrt(many / 4));
  // what passes is tried again
  expect(await arrived('/failing/503/aborted')).toBe(3 * failed);
});

test('MESH041: an origin has to match as a whole, with anchors or without', async () => {
  const server = "require('http').createServer((_, response) => response.end()).listen(8080)";
  await network.inBackground(network.pod, [process.execPath, '-e', server], 'application');
  const allowed = async (origin: string): Promise<string> => {
    const script = `fetch(process.argv[1], { headers: { origin: process.argv[2] } }).then((response) =>
      process.stdout.write(String(response.headers.get('access-control-allow-origin'))))`;
    return network.peer.run(process.execPath, '-e', script, `http://${POD.ipv4}:${PORT}/`, origin);
  };
  const page = 'https://shop.example.com';
  await eventually(async () => expect(await allowed(page)).toBe(page));
  expect(await allowed(`${page}.evil.test`)).toBe('null');
});

describe('MESH043: an expression has to match as a whole, with anchors or without', () => {
  test('a path', async () => {
    expect(await statuses('expressed', '/slow/1001/whole')).toEqual({ 504: 1 });
    expect(await statuses('expressed', '/slow/1001/whole/more')).toEqual({ 200: 1 });
  });

  test('a header', async () => {
    expect(await statuses('expressed', '/slow/1000/header', 1, { 'x-user': 'ann' })).toEqual({ 504: 1 });
    expect(await statuses('expressed', '/slow/1000/header', 1, { 'x-user': 'joanne' })).toEqual({ 200: 1 });
  });
});
