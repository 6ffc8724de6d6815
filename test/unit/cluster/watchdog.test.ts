import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { startWatchdog } from '../../../src/cluster/rollout/watchdog.ts';
import { NO_TRAFFIC_SERVICES } from '../../../src/core/traffic/traffic-services.ts';
import { ASKS, simplePod } from '../../cluster/pods.ts';
import { BUILT_IN } from '../../core-fixtures/policies.ts';
import { type FakeApiServer, fakeApiServer, type Handler, json, status } from './fake-api-server.ts';

const TEMPLATE = simplePod('web-1', { annotations: ASKS });
const OWNED = { controller: true, apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'web', uid: 'u1' };
const POD = {
  ...TEMPLATE,
  metadata: { ...(TEMPLATE.metadata as object), namespace: 'shop', ownerReferences: [OWNED] },
};
const COMPLETE = { replicas: 1, availableReplicas: 1, currentRevision: 'a', updateRevision: 'a' };
const WORKLOAD = { metadata: { name: 'web', uid: 'u1' }, spec: { replicas: 1, template: TEMPLATE }, status: COMPLETE };

/** A cluster with one pod without its sidecar. */
const cluster: Handler = (request, response) => {
  const { method, path } = request;
  if (method === 'PATCH') return json({})(request, response);
  if (path === '/api/v1/namespaces')
    return json({ metadata: {}, items: [{ metadata: { name: 'shop', labels: { 'istio-injection': 'enabled' } } }] })(
      request,
      response,
    );
  if (path === '/api/v1/pods') return json({ metadata: {}, items: [POD] })(request, response);
  if (path.endsWith('/statefulsets/web')) return json(WORKLOAD)(request, response);
  return status(404, 'NotFound')(request, response);
};

let server: FakeApiServer;
let stop: () => Promise<void>;

beforeAll(async () => {
  server = await fakeApiServer();
});
afterAll(() => server.close());
beforeEach(() => {
  server.seen.length = 0;
  server.script(cluster);
});
afterEach(() => stop());

interface Circumstances {
  readonly mayAct: () => boolean;
  readonly notReady: () => Promise<readonly string[]>;
  readonly restarted?: (result: string) => void;
}

function start({ mayAct, notReady, restarted = () => {} }: Circumstances): void {
  ({ stop } = startWatchdog({
    ...{ transport: server.transport, mayAct, notReady, identity: 'one', log: pino({ level: 'silent' }) },
    bounds: { everyMs: 1, mostPerHour: 1_000 },
    surroundings: () => ({ policy: BUILT_IN, services: NO_TRAFFIC_SERVICES }),
    metrics: { restarted, missing: () => {}, idle: () => {} },
    now: () => new Date(),
    elapsedMs: () => performance.now(),
  }));
}

const writes = () => server.seen.filter(({ method }) => method !== 'GET');

/** Calls `answer` each time, and resolves when it was called so often. */
function asked<T>(times: number, answer: (call: number) => T) {
  let calls = 0;
  let enough = () => {};
  const called = new Promise<void>((resolve) => {
    enough = resolve;
  });
  return {
    called,
    ask: () => {
      calls += 1;
      if (calls >= times) enough();
      return answer(calls);
    },
  };
}

test('while it may not act it does not even look', async () => {
  const { called, ask } = asked(20, () => false);
  start({ mayAct: ask, notReady: async () => [] });
  await called;
  expect(server.seen).toEqual([]);
});

test('while pods get no sidecar it looks again and again, and writes nothing', async () => {
  const { called, ask } = asked(5, async () => ['a pod that asks is refused']);
  start({ mayAct: () => true, notReady: ask });
  await called;
  expect(writes()).toEqual([]);
});

test('when another replica acts by the time it has looked, it writes nothing', async () => {
  const hasLooked = () => server.seen.some(({ path }) => path.endsWith('/statefulsets/web'));
  const since = asked(5, () => false);
  const tried: string[] = [];
  start({
    mayAct: () => (hasLooked() ? since.ask() : true),
    notReady: async () => {
      tried.push('a pod');
      return [];
    },
  });
  await since.called;
  expect(tried).toEqual([]);
  expect(writes()).toEqual([]);
});

test('when another replica acts right before the restart, nothing is said of a workload that nobody touched', async () => {
  const [said, counted]: [string[], string[]] = [[], []];
  let tried = false;
  const since = asked(5, () => false);
  start({
    mayAct: () => (tried ? since.ask() : true),
    notReady: async () => {
      tried = true;
      return [];
    },
    restarted: (result) => counted.push(result),
  });
  await since.called;
  said.push(...writes().map(({ path }) => path));
  expect({ said, counted }).toEqual({ said: [], counted: [] });
});

test('else the workload is restarted, and says of which attempt', async () => {
  const restarted = new Promise<string>((resolve) => {
    server.script((request, response) => {
      if (request.method === 'PATCH') resolve(request.body);
      cluster(request, response);
    });
  });
  start({ mayAct: () => true, notReady: async () => [] });
  const { metadata, spec } = JSON.parse(await restarted);
  const mark = JSON.parse(metadata.annotations['pillion.io/restart']);
  expect(mark).toEqual({ run: 'watchdog', at: expect.any(String), attempt: 1 });
  expect(spec.template.metadata.annotations).toEqual({ 'kubectl.kubernetes.io/restartedAt': mark.at });
});
