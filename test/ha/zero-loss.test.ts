import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type ApiClient, apiClient } from '../cluster/api-client.ts';
import { DISTURBANCES, PROFILES } from './disturbances.ts';
import { type Installation, startInstallation } from './installation.ts';
import { lossesOf, lossTable, type Row } from './loss-table.ts';
import { startSteadyLoad } from './steady-load.ts';

const VALUES = {
  replicas: 2,
  policy: { finalState: 'Deny' },
  profiles: PROFILES,
  // both short, so that a rotation happens while somebody looks: a leaf of 60 s is signed anew after 34 to 40 s
  certificates: { leafLifetime: '60s', authoritySettle: '5s' },
};
const BEFORE_MS = 1_000;
const AFTER_MS = 3_000;

const cases = Object.entries(DISTURBANCES).map(([name, disturb]) => ({
  name,
  disturb,
  namespace: name.toLowerCase().replaceAll(' ', '-'),
}));
const rows: Row[] = [];
let installation: Installation;
let api: ApiClient;

beforeAll(async () => {
  installation = await startInstallation(
    VALUES,
    cases.map(({ namespace }) => namespace),
  );
  api = apiClient(installation.controlPlane);
});

afterAll(async () => {
  process.stderr.write(lossTable(rows));
  api?.close();
  await installation?.stop();
});

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test.each(cases)('$name loses nothing', async ({ name, disturb, namespace }) => {
  await installation.settled();
  const beganMs = performance.now();
  const load = startSteadyLoad(installation.controlPlane, namespace);
  let pods: Awaited<ReturnType<typeof load.stop>>;
  try {
    await pause(BEFORE_MS);
    await disturb(installation);
    await pause(AFTER_MS);
  } catch (error) {
    process.stderr.write(`${name}: ${await installation.logs()}\n`);
    throw error;
  } finally {
    pods = await load.stop();
  }
  const losses = await lossesOf(installation.controlPlane, api, namespace, pods);
  const seconds = (performance.now() - beganMs) / 1000;
  rows.push({ disturbance: name, ...losses, seconds, slowestMs: Math.max(...pods.map(({ tookMs }) => tookMs)) });

  expect(pods.filter(({ status }) => status !== 201).slice(0, 3)).toEqual([]);
  const asked = pods.filter(({ asks }) => asks).length;
  expect(losses).toEqual({
    asked: { injected: asked, bare: 0, refused: 0 },
    silent: { plain: pods.length - asked, touched: 0, refused: 0 },
    // only who asked an API server that was away had to ask again
    triedAgain: name === 'API server restart' ? expect.any(Number) : 0,
  });
  // the load was really there
  expect(asked).toBeGreaterThan(50);
});
