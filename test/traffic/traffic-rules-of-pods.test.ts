import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { CapturedPod } from './captured-pod.ts';
import { arrived, openTreatedPod, PORT, type Said, shown, startServers, statuses } from './treated-pod.ts';

// What rules for traffic values say of the choice between several pods, seen at a real Envoy.
const SERVERS = [PORT, PORT + 1, PORT + 2];
/** Nothing listens there. */
const NOBODY = PORT + 9;
const FAILS = PORT + 1;

const OFF = { retries: 'none', circuitBreaker: 'none', retryBudget: 'none', timeout: 'none' } as const;
const IN_TURN = { loadBalancing: { algorithm: 'round-robin', warmup: 'none' } } as const;
const judged = (consecutive5xx: number | 'none', consecutiveGatewayErrors: number | 'none', more: object = {}) => ({
  ...OFF,
  ...IN_TURN,
  service: { minReplicas: 3 },
  outlierDetection: {
    consecutive5xx,
    consecutiveGatewayErrors,
    // nobody comes back while the test runs
    interval: '60s' as const,
    baseEjectionTime: '60s' as const,
    maxEjectionPercent: 50,
    minHealthPercent: 0,
    ...more,
  },
});
const LOCAL = { consecutiveLocalOriginFailures: 2 };

const SAID: Said = {
  'any-first': { ...judged(3, 6), ...shown('MESH012') },
  'gateway-first': judged(6, 3),
  'gateway-alone': judged('none', 6),
  'not-told-apart': { ...judged('none', 'none', LOCAL), ...shown('MESH013') },
  'told-apart': judged('none', 'none', { ...LOCAL, splitExternalLocalOriginErrors: true }),
  alone: { ...judged(3, 2), service: { minReplicas: 1 }, ...shown('MESH011') },
  unhashed: { ...OFF, outlierDetection: 'none', loadBalancing: { algorithm: 'consistent-hash' }, ...shown('MESH015') },
  hashed: {
    ...OFF,
    outlierDetection: 'none',
    loadBalancing: { algorithm: 'consistent-hash', hash: { header: 'x-user' } },
  },
};

const portsOf = (service: string): readonly number[] => {
  if (service.endsWith('told-apart')) return [PORT, PORT + 1, NOBODY];
  return service === 'alone' ? [FAILS] : SERVERS;
};

// for so long after endpoints came, Envoy keeps an ejection back from its workers (update_merge_window)
const UPDATE_MERGE_MS = 1_000;

let network: CapturedPod;

beforeAll(async () => {
  network = await openTreatedPod(SAID, { ports: portsOf });
  await startServers(network, SERVERS);
  await sleep(UPDATE_MERGE_MS);
});
afterAll(async () => network?.stop());

/** What the application sees of so many requests one after another. */
const inTurn = (service: string, path: string, count: number): Promise<Readonly<Record<string, number>>> =>
  statuses(network, service, path, { count, inTurn: true });

test('MESH012: gateway errors count as errors of any kind, so the lower of the two numbers acts', async () => {
  expect(await inTurn('any-first', `/failingAt/${FAILS}`, 21)).toEqual({ 200: 18, 503: 3 });
  expect(await inTurn('gateway-first', `/failingAt/${FAILS}`, 21)).toEqual({ 200: 18, 503: 3 });
  expect(await inTurn('gateway-alone', `/failingAt/${FAILS}`, 27)).toEqual({ 200: 21, 503: 6 });
});

test('MESH013: failures to connect are counted for themselves only where they are told apart', async () => {
  const { 503: refused = 0 } = await inTurn('not-told-apart', '/failing/200', 18);
  // a third of them, as each of Envoy’s threads takes the pods in turn for itself
  expect(refused).toBeGreaterThan(LOCAL.consecutiveLocalOriginFailures + 1);
  expect(await inTurn('told-apart', '/failing/200', 18)).toEqual({ 200: 16, 503: 2 });
});

test('MESH011: the only pod is not left out', async () => {
  expect(await inTurn('alone', '/failing/503/alone', 8)).toEqual({ 503: 8 });
  expect(await arrived(network, '/failing/503/alone', FAILS)).toBe(8);
});

test('MESH015: without a value to make the hash of, requests go to any pod, and with one to the same', async () => {
  const spread = async (service: string) => {
    const path = `/failing/200/${service}`;
    await statuses(network, service, path, { count: 60, headers: { 'x-user': 'ann' } });
    const counts = await Promise.all(SERVERS.map((port) => arrived(network, path, port)));
    return counts.filter((count) => count > 0).length;
  };
  // 60 of random at one of three is a chance of 1 in 10^28
  expect(await spread('unhashed')).toBeGreaterThan(1);
  expect(await spread('hashed')).toBe(1);
});
