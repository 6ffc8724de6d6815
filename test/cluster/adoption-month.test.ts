import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readSeries } from '../../src/cluster/adoption/read-series.ts';
import { connect } from '../../src/cluster/connect.ts';
import { pointOf } from '../../src/core/adoption/counts.ts';
import { hourOf, keptHours, monthBefore, monthOf } from '../../src/core/adoption/kept-hours.ts';
import { isoTime } from '../../src/core/json/iso-time.ts';
import { believeCluster } from '../scale/believed-cluster.ts';
import { asCounted, keptBy, makeTeams, type PlayedPoint, playMonth } from '../scale/played-month.ts';
import { pillion as commandLine } from '../unit/cli/command-line.ts';
import { INSTALLED, makeOwner, OWN_NAMESPACE } from './installation.ts';
import { ownKinds } from './own-kinds.ts';
import { testCluster } from './test-cluster.ts';

// of the whole size by `npm run scale`; long enough that there are two months before the present one
const SIZE = { namespaces: 5, deployments: 4, replicas: 1, days: 35, pointsPerDay: 2 };
const END = new Date('2026-11-20T20:15:00Z');
const MONTHS = `/api/v1/namespaces/${OWN_NAMESPACE}/configmaps`;

const cluster = testCluster({ [OWN_NAMESPACE]: {} });
const ended = new AbortController();
let believing: Promise<void>;
let played: readonly PlayedPoint[];

const month = (name: string) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: {
    name: `pillion-adoption-${name}`,
    labels: { 'app.kubernetes.io/instance': 'pillion', 'app.kubernetes.io/component': 'adoption' },
  },
});

const TOO_OLD = monthBefore(monthOf(END.toISOString()), 13);
const OLDEST = monthBefore(monthOf(END.toISOString()), 12);

beforeAll(async () => {
  await makeOwner(cluster.api);
  await ownKinds(cluster.api);
  for (const name of [TOO_OLD, OLDEST]) await cluster.api.call('POST', MONTHS, month(name));
  await cluster.launcher.start({ register: 'https://127.0.0.1:PORT', args: [...INSTALLED, '--scan-period', '0s'] });
  believing = believeCluster(cluster.api, ended.signal);
  await makeTeams(cluster, SIZE);
  played = await playMonth(cluster, SIZE, END);
});

afterAll(async () => {
  ended.abort();
  await believing;
});

test('each point of the month that is kept equals what was counted from kubectl at that moment', async () => {
  const transport = await connect({ kubeconfig: cluster.controlPlane.kubeconfig });
  const range = { from: new Date(END.getTime() - 60 * 86_400_000), to: END };
  const { points, problems } = await readSeries(transport, OWN_NAMESPACE, range).finally(() => transport.close());
  expect(problems).toEqual([]);
  const hours = keptHours(
    played.map(({ at }) => hourOf(at)),
    END,
  );
  const expected = played.filter(({ at }) => hours.has(hourOf(at)));
  expect(expected.length).toBeGreaterThanOrEqual(SIZE.days);
  expect(points.map((point) => ({ at: point.at, counted: asCounted(point) }))).toEqual(expected);
  // it is a month in which something happens, in both directions
  const injected = points.map(({ pods }) => pods.injected);
  expect(injected.at(0)).toBeLessThan(injected.at(-1) as number);
  expect(injected.some((count, at) => count < (injected[at - 1] ?? 0))).toBe(true);
  expect(points.some(({ pods }) => pods.stale > 0)).toBe(true);
});

test('months of more than a year ago are deleted, and the oldest that counts stays', async () => {
  const statusOf = async (name: string) => (await cluster.api.call('GET', `${MONTHS}/pillion-adoption-${name}`)).status;
  expect([await statusOf(TOO_OLD), await statusOf(OLDEST)]).toEqual([404, 200]);
});

test('status draws the month, and tells of a past time what was kept', async () => {
  const flags = ['--kubeconfig', cluster.controlPlane.kubeconfig, '-o', 'json'];
  const now = await commandLine(['rollout', 'status', ...flags], { now: new Date(END.getTime() + 60_000) });
  const last = played.at(-1) as PlayedPoint;
  const podsIn = (point: PlayedPoint) => Object.values(point.counted).map(({ pods }) => pods[2]);
  const sum = (figures: readonly number[]) => figures.reduce((one, other) => one + other, 0);
  const told = JSON.parse(now.stdout);
  expect(told.pods.injected).toBe(sum(podsIn(last)));
  expect(told.series.length).toBeGreaterThanOrEqual(30);
  const earlier = played.at(39) as PlayedPoint;
  const then = await commandLine(['rollout', 'status', ...flags, '--at', earlier.at], { now: END });
  expect(JSON.parse(then.stdout)).toMatchObject({
    ...{ counted: 'Kept', at: earlier.at },
    pods: { injected: sum(podsIn(earlier)) },
  });
});

test('a clock that is years ahead takes the oldest month, and not all', async () => {
  const names = async () => {
    const { body } = await cluster.api.call('GET', `${MONTHS}?labelSelector=app.kubernetes.io/component=adoption`);
    return (body.items as readonly { metadata: { name: string } }[]).map(({ metadata }) => metadata.name);
  };
  const before = await names();
  const wrong = new Date(END.getTime() + 9 * 365 * 86_400_000);
  const transport = await connect({ kubeconfig: cluster.controlPlane.kubeconfig });
  const kept = keptBy(transport);
  const note = (at: Date) =>
    kept.note(pointOf(isoTime(at), []), at, AbortSignal.timeout(60_000)).finally(() => transport.close());
  expect(await note(wrong)).toBe('written');
  expect(before.length).toBeGreaterThan(2);
  const [oldest, ...others] = before.toSorted();
  expect(await names()).toEqual([...others, `pillion-adoption-${monthOf(isoTime(wrong))}`]);
  expect(oldest).toBe(`pillion-adoption-${OLDEST}`);
});
