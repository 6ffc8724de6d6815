import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type ApiClient, apiClient } from '../cluster/api-client.ts';
import { creationsIn } from './creations.ts';
import { type Installation, startInstallation } from './installation.ts';
import { lossesOf, lossTable, type Row, sidecarsIn } from './loss-table.ts';
import { readinessWindowMs } from './readiness-window.ts';
import { startReplicaSets } from './replica-sets.ts';
import { startSteadyLoad } from './steady-load.ts';

const BEFORE_MS = 1_000;
const AFTER_MS = 5_000;
const cases = [
  { name: 'killed', signal: 'SIGKILL' },
  { name: 'frozen', signal: 'SIGSTOP' },
] as const;
// those that ask wait up to 5 s for a frozen replica, and the silent ones must not have to wait behind them
const WAITING = 96;
const rows: Row[] = [];
let installation: Installation;
let api: ApiClient;

beforeAll(async () => {
  const namespaces = cases.flatMap(({ name }) => [name, `${name}-sets`]);
  installation = await startInstallation({ replicas: 2 }, namespaces);
  api = apiClient(installation.controlPlane);
});

afterAll(async () => {
  process.stderr.write(lossTable(rows));
  api?.close();
  await installation?.stop();
});

test.each(cases)(
  'with one replica $name, pods wait no longer than the readiness window, and each gets its sidecar',
  async ({ name, signal }) => {
    const { controlPlane, replicas, settled } = installation;
    const windowMs = await readinessWindowMs(installation);
    const load = startSteadyLoad(controlPlane, name, WAITING);
    const sets = startReplicaSets(controlPlane, `${name}-sets`);
    await sleep(BEFORE_MS);
    const pid = replicas()[0]?.container('pillion')?.pid ?? 0;
    const lostMs = Date.now();
    process.kill(pid, signal);
    await sleep(windowMs + AFTER_MS);
    if (signal === 'SIGSTOP') process.kill(pid, 'SIGCONT');
    await settled();
    await sleep(AFTER_MS);
    const pods = await load.stop();
    const made = await sets.stop();

    const losses = await lossesOf(controlPlane, api, name, pods);
    const silent = pods.filter(({ asks }) => !asks);
    const slowestMs = Math.max(...silent.map(({ tookMs }) => tookMs));
    rows.push({ disturbance: `one replica ${name}`, ...losses, slowestMs, seconds: (Date.now() - lostMs) / 1000 });
    const refused = [name, `${name}-sets`].map(
      async (namespace) => (await creationsIn(controlPlane, namespace)).refused,
    );
    const late = (await Promise.all(refused)).flat().filter(({ receivedMs }) => receivedMs > lostMs + windowMs);
    expect(late).toEqual([]);
    expect(losses).toMatchObject({ asked: { bare: 0 }, silent: { plain: silent.length, touched: 0, refused: 0 } });
    // whoever was refused was tried again by its controller: no ReplicaSet is without its pod, and none of these is bare
    const { dressed, bare } = await sidecarsIn(api, `${name}-sets`);
    expect({ dressed: dressed.length, bare }).toEqual({ dressed: made, bare: [] });
  },
);
