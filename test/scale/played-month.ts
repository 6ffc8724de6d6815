import { setTimeout as sleep } from 'node:timers/promises';
import pino from 'pino';
import { KeptAdoption } from '../../src/cluster/adoption/kept-adoption.ts';
import { connect } from '../../src/cluster/connect.ts';
import { liveNamespaces } from '../../src/cluster/live-namespaces.ts';
import { ownerReader } from '../../src/cluster/owner-reference.ts';
import { scanPods } from '../../src/cluster/scan/scan-pods.ts';
import type { KubeTransport } from '../../src/cluster/transport.ts';
import { type AdoptionPoint, type Counts, pointOf } from '../../src/core/adoption/counts.ts';
import { LiveCount } from '../../src/core/adoption/live-count.ts';
import { isoTime } from '../../src/core/json/iso-time.ts';
import { NO_TRAFFIC_SERVICES } from '../../src/core/traffic/traffic-services.ts';
import { OWN_NAMESPACE } from '../cluster/installation.ts';
import type { TestCluster } from '../cluster/test-cluster.ts';
import { BUILT_IN } from '../core-fixtures/policies.ts';
import { type Counted, type Figures, independentCount } from './independent-count.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const APPS = '/apis/apps/v1';

export interface MonthSize {
  readonly namespaces: number;
  /** Of each namespace. */
  readonly deployments: number;
  readonly replicas: number;
  readonly days: number;
  readonly pointsPerDay: number;
}

/** A point that was written, and what somebody else counted at that moment. */
export interface PlayedPoint {
  readonly at: string;
  readonly counted: Counted;
}

/** The namespaces are called so. */
export const nameOf = (index: number) => `team-${String(index).padStart(3, '0')}`;

const deployment = (index: number, replicas: number) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: `app-${index}` },
  spec: {
    replicas,
    selector: { matchLabels: { app: `app-${index}` } },
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '100%', maxSurge: 0 } },
    template: {
      metadata: {
        labels: { app: `app-${index}`, ...(index === 0 ? {} : { 'pillion.io/squad': `squad-${index % 3}` }) },
      },
      spec: {
        containers: [
          { name: 'app', image: 'registry.example/app:1' },
          ...(index === 1 ? [{ name: 'linkerd-proxy', image: 'registry.example/linkerd:1' }] : []),
        ],
        ...(index === 2 ? { hostNetwork: true } : {}),
      },
    },
  },
});

// so many at a time, as a person with a script would
const AT_ONCE = 8;

/** Makes the namespaces and their Deployments, before anybody asks for a sidecar. */
export async function makeTeams(cluster: TestCluster, size: MonthSize): Promise<void> {
  for (let first = 0; first < size.namespaces; first += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, size.namespaces - first) }, (_, at) => first + at);
    await Promise.all(some.map((index) => makeTeam(cluster, size, index)));
  }
}

async function makeTeam({ api, controlPlane }: TestCluster, size: MonthSize, index: number): Promise<void> {
  await controlPlane.createNamespace(nameOf(index), { 'pillion.io/tribe': `tribe-${index % 7}` });
  for (let each = 0; each < size.deployments; each++)
    await made(api.call('POST', `${APPS}/namespaces/${nameOf(index)}/deployments`, deployment(each, size.replicas)));
}

async function made(call: ReturnType<TestCluster['api']['call']>): Promise<void> {
  const { status, body } = await call;
  if (status >= 300) throw new Error(JSON.stringify(body));
}

/** What happens on a day to the namespaces whose turn it is: they opt in, are rolled back after five days, restarted after eight, and come back after twelve. */
async function day({ api }: TestCluster, size: MonthSize, number: number): Promise<void> {
  for (let index = 0; index < size.namespaces; index++) {
    const since = number - 1 - Math.floor((index * (size.days - 4)) / size.namespaces);
    const turnsBack = index % 5 === 2;
    if (since === 0 || (turnsBack && since === 12)) await optIn(api, size, nameOf(index), true);
    // the label alone: what runs keeps its sidecar, until it is restarted some days later
    else if (turnsBack && since === 5) await label(api, nameOf(index), null);
    else if (turnsBack && since === 8) await optIn(api, size, nameOf(index), false);
  }
}

const label = (api: TestCluster['api'], namespace: string, value: 'enabled' | null) =>
  made(api.call('PATCH', `/api/v1/namespaces/${namespace}`, { metadata: { labels: { 'istio-injection': value } } }));

async function optIn(api: TestCluster['api'], size: MonthSize, namespace: string, asks: boolean): Promise<void> {
  await label(api, namespace, asks ? 'enabled' : null);
  const annotations = { 'sidecar.istio.io/inject': asks ? 'true' : null };
  for (let each = 0; each < size.deployments; each++)
    await made(
      api.call('PATCH', `${APPS}/namespaces/${namespace}/deployments/app-${each}`, {
        spec: { template: { metadata: { annotations } } },
      }),
    );
}

// thousands of pods take their time on a machine that does other things
const SETTLED_WITHIN_MS = 15 * 60_000;

async function untilSettled(cluster: TestCluster): Promise<void> {
  const deadline = performance.now() + SETTLED_WITHIN_MS;
  while (!(await settled(cluster))) {
    if (performance.now() > deadline) throw new Error('the Deployments do not come to rest');
    await sleep(500);
  }
}

async function settled({ api }: TestCluster): Promise<boolean> {
  const { body } = await api.call('GET', `${APPS}/deployments`);
  const items = body.items as readonly {
    readonly metadata: { readonly generation: number };
    readonly spec: { readonly replicas: number };
    readonly status: Readonly<Record<string, number | undefined>>;
  }[];
  return items.every(
    ({ metadata, spec, status }) =>
      status.observedGeneration === metadata.generation &&
      status.updatedReplicas === spec.replicas &&
      status.replicas === spec.replicas,
  );
}

/**
 * Plays a month with a clock that is moved: each day some namespaces opt in, restart or are rolled back, and at each of its points what runs is
 * counted and kept as the server does it, and counted from what kubectl prints.
 * @param end the time of the last point
 */
export async function playMonth(
  cluster: TestCluster,
  size: MonthSize,
  end: Date,
  tell: (sentence: string) => void = () => {},
): Promise<readonly PlayedPoint[]> {
  const transport = await connect({ kubeconfig: cluster.controlPlane.kubeconfig });
  const kept = keptBy(transport);
  const points: PlayedPoint[] = [];
  try {
    await untilSettled(cluster);
    for (let number = 1; number <= size.days; number++) {
      await day(cluster, size, number);
      await untilSettled(cluster);
      for (let point = 0; point < size.pointsPerDay; point++) {
        const hours = ((size.pointsPerDay - 1 - point) * 24) / size.pointsPerDay;
        const clock = new Date(end.getTime() - (size.days - number) * DAY_MS - hours * HOUR_MS);
        const counted = await independently(cluster);
        const namespaces = await liveNamespaces(transport);
        const surroundings = { policy: BUILT_IN, services: NO_TRAFFIC_SERVICES, namespaces };
        const count = new LiveCount(surroundings);
        await scanPods(transport, surroundings, (...judged) => count.add(...judged));
        await kept.note(pointOf(isoTime(clock), count.cells()), clock, AbortSignal.timeout(120_000));
        points.push({ at: isoTime(clock), counted });
      }
      tell(`day ${number} of ${size.days}`);
    }
    return points;
  } finally {
    transport.close();
  }
}

/** What keeps points, as the replica has it that writes for all. */
export function keptBy(transport: KubeTransport): KeptAdoption {
  const owner = ownerReader(transport, 'pillion');
  const installation = { name: 'pillion', namespace: OWN_NAMESPACE };
  return new KeptAdoption({ transport, installation, owner, holds: () => true, log: pino({ enabled: false }) });
}

async function independently({ controlPlane }: TestCluster): Promise<Counted> {
  const get = async (...args: readonly string[]) => {
    const { code, stdout, stderr } = await controlPlane.kubectl(['get', ...args, '-o', 'json']);
    if (code !== 0) throw new Error(stderr);
    return stdout;
  };
  return independentCount(await get('pods', '-A'), await get('namespaces'));
}

/** A point as the independent count tells it. */
export const asCounted = ({ cells = [] }: AdoptionPoint): Counted =>
  Object.fromEntries(
    cells.map(({ namespace, squad, pods, workloads }) => [
      `${namespace}/${squad ?? ''}`,
      { pods: figuresOf(pods), workloads: figuresOf(workloads) },
    ]),
  );

const figuresOf = ({ eligible, optedIn, injected, stale, incompatible }: Counts): Figures => [
  eligible,
  optedIn,
  injected,
  stale,
  incompatible,
];
