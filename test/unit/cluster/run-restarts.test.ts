import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { PlannedRestart } from '../../../src/cluster/rollout/restart-plan.ts';
import { type RestartsOptions, runRestarts } from '../../../src/cluster/rollout/run-restarts.ts';
import { NO_TRAFFIC_SERVICES } from '../../../src/core/traffic/traffic-services.ts';
import { ASKS, simplePod } from '../../cluster/pods.ts';
import { BUILT_IN } from '../../core-fixtures/policies.ts';
import { type FakeApiServer, fakeApiServer, type Handler, json, status } from './fake-api-server.ts';

const SHOP = { name: 'shop', labels: { 'istio-injection': 'enabled' } };
const planned = (name: string): PlannedRestart => ({
  ...{ kind: 'Deployment', namespace: 'shop', name, uid: 'u1', inNamespace: SHOP },
  ...{ pods: [`${name}-1`], newestPodMs: 0 },
});
const [API, WEB] = [planned('api'), planned('web')];

const COUNTS = { observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1 };
const deployment = (spec: object = {}, counts: object = COUNTS) =>
  json({
    metadata: { uid: 'u1', resourceVersion: '7', generation: 1 },
    spec: { replicas: 1, selector: { matchLabels: { app: 'web' } }, ...spec },
    status: counts,
  });

/** What the API server answers; what is left out is well. */
interface Answers {
  readonly read?: readonly Handler[];
  readonly write?: readonly Handler[];
  readonly pods?: Handler;
}

let server: FakeApiServer;

beforeAll(async () => {
  server = await fakeApiServer();
});
afterAll(() => server.close());
beforeEach(() => {
  server.seen.length = 0;
});

/** The last answer of each kind stays for all that follow. */
function answering({ read = [deployment()], write = [json({})], pods = json({ metadata: {}, items: [] }) }: Answers) {
  const left = { read: [...read], write: [...write] };
  const next = (handlers: Handler[]) => (handlers.length > 1 ? handlers.shift() : handlers[0]);
  server.script((request, response) => {
    const isOfPods = request.path.endsWith('/pods');
    const handler = request.method === 'PATCH' ? next(left.write) : isOfPods ? pods : next(left.read);
    handler?.(request, response);
  });
}

async function run(workloads: readonly PlannedRestart[], more: Partial<RestartsOptions> = {}) {
  const progress = await runRestarts(workloads, {
    ...{ transport: server.transport, namespacesAtOnce: 1, withinMs: 60_000, lookEveryMs: 1 },
    surroundings: { policy: BUILT_IN, services: NO_TRAFFIC_SERVICES },
    mark: (at) => ({ run: 'r', at }),
    notReady: async () => [],
    now: () => new Date('2026-11-03T10:00:00Z'),
    elapsedMs: () => performance.now(),
    onProgress: () => {},
    signal: new AbortController().signal,
    ...more,
  });
  return [...progress.values()].map((one) => (one.phase === 'failed' ? `failed: ${one.says}` : one.phase));
}

const patches = () => server.seen.filter(({ method }) => method === 'PATCH');

test('it writes the object that it has read, and no newer one: when it was changed meanwhile it reads it again', async () => {
  answering({ write: [status(409, 'Conflict'), json({})] });
  expect(await run([WEB])).toEqual(['done']);
  expect(patches()).toHaveLength(2);
  expect(JSON.parse(patches()[0]?.body ?? '').metadata).toMatchObject({ resourceVersion: '7', uid: 'u1' });
});

const forbidden = status(403, 'Forbidden', 'you may not');

test.each<[string, Answers, string]>([
  ['paused meanwhile', { read: [deployment({ paused: true })] }, 'failed: is paused'],
  ['deleted meanwhile', { read: [status(404, 'NotFound')] }, 'failed: it was deleted meanwhile'],
  ['not to be written by the caller', { write: [forbidden] }, 'failed: not restarted: you may not; grant it'],
])('a workload that is %s ends the run, and the next one is not begun', async (_, answers, expected) => {
  answering(answers);
  const [first, second] = await run([API, WEB]);
  expect(first).toContain(expected);
  expect(second).toBe('queued');
});

test('an API server that is away while a workload restarts says nothing about it', async () => {
  answering({ read: [deployment(), status(500, 'InternalError'), status(503, 'ServiceUnavailable'), deployment()] });
  expect(await run([WEB])).toEqual(['done']);
});

test('a new pod that has no sidecar is a failure, and one that ends is none', async () => {
  const restartedAt = { 'kubectl.kubernetes.io/restartedAt': '2026-11-03T10:00:00.000Z' };
  const pod = simplePod('web-2', { annotations: { ...ASKS, ...restartedAt } });
  const ending = { ...pod, metadata: { ...(pod.metadata as object), deletionTimestamp: '2026-11-03T10:00:01Z' } };
  answering({ pods: json({ metadata: {}, items: [pod] }) });
  expect(await run([WEB])).toEqual(['failed: its new pod web-2 has no sidecar']);
  answering({ pods: json({ metadata: {}, items: [ending, simplePod('web-1', { annotations: ASKS })] }) });
  expect(await run([WEB])).toEqual(['done']);
});

test('whether pods get their sidecar is asked before each restart', async () => {
  answering({});
  let asked = 0;
  const notReady = async () => (++asked === 1 ? [] : ['a pod that asks is refused']);
  expect(await run([API, WEB], { notReady })).toEqual(['done', 'failed: not restarted: a pod that asks is refused']);
  expect(patches()).toHaveLength(1);
});

test('what was restarted by an earlier run is not restarted anew, only waited for', async () => {
  answering({});
  expect(await run([{ ...WEB, resumes: { run: 'earlier', at: '2026-11-03T09:00:00.000Z' } }])).toEqual(['done']);
  expect(patches()).toEqual([]);
});

test('when it is interrupted nothing more is begun, and what is underway is told', async () => {
  answering({ read: [deployment({}, { ...COUNTS, updatedReplicas: 0 })] });
  const stopping = new AbortController();
  const onProgress = () => stopping.abort(new Error('it was interrupted'));
  expect(await run([API, WEB], { signal: stopping.signal, onProgress })).toEqual(['underway', 'queued']);
});

test('whoever may not look is told so, and not that it takes too long', async () => {
  answering({ read: [deployment(), forbidden] });
  await expect(run([WEB])).rejects.toThrow('you may not');
});
