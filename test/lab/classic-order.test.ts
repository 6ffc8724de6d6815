import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '../cluster/eventually.ts';
import { ASKS } from '../cluster/pods.ts';
import type { PodWorker } from '../node/pod-worker.ts';
import { profileSpec } from '../traffic/profile-variants.ts';
import { call, counted, ONE_REQUEST } from './counted.ts';
import type { Lab } from './lab.ts';
import { linesOf, NOTHING, passed } from './passed.ts';
import { SHOP, shopPod, shopReady, shopService, startShop } from './shop.ts';
import { toldToGoWhileServed } from './told-to-go.ts';

const DRAIN_SECONDS = 3;
const BUILT_IN = profileSpec();
const CLASSIC = { order: 'Classic' as const, sidecar: { ...BUILT_IN.sidecar, drainSeconds: DRAIN_SECONDS } };

let lab: Lab;
let server: PodWorker;

beforeAll(async () => {
  lab = await startShop({ policy: { profile: CLASSIC } });
  await lab.apply(shopPod('server', 'lab/all'), shopService('server', 'web'));
  await shopReady(lab, 'server');
  server = lab.pod(SHOP, 'server');
});

afterAll(async () => lab?.stop());

const CALL = ['node', '/app/call.mjs', 'http', 'http://web/'];
const logOf = (pod: PodWorker, container: string) => readFile(pod.logOf(container), 'utf8');

test('the redirect is installed by the last init container, and the sidecar is an ordinary container', async () => {
  expect(server.pod.spec?.initContainers?.map(({ name }) => name)).toEqual(['istio-init']);
  expect(server.pod.spec?.containers.map(({ name }) => name)).toEqual(['app', 'istio-proxy']);
});

test('init containers of the author’s own call before the redirect stands: nothing captures them, nothing is in their way', async () => {
  const early = (name: string, command = CALL) => ({ name, image: 'lab/client', command });
  const initContainers = [early('first'), early('second', ['node', '/app/call.mjs', 'tcp', 'web', '9000', 'text\n'])];
  const before = { inbound: await passed(server, 'inbound'), arrived: await linesOf(server, /^connection /) };
  await lab.apply(shopPod('early', 'lab/client', { spec: { initContainers } }));
  await shopReady(lab, 'early');
  const pod = lab.pod(SHOP, 'early');
  expect(pod.pod.spec?.initContainers?.map(({ name }) => name)).toEqual(['first', 'second', 'istio-init']);
  expect(JSON.parse(await logOf(pod, 'first'))).toMatchObject({ status: 200 });
  expect(JSON.parse(await logOf(pod, 'second'))).toEqual({ received: 'text\n\n5 bytes\n' });
  expect(await passed(pod, 'outbound')).toEqual(NOTHING);
  expect(await passed(server, 'inbound')).toEqual({ http: before.inbound.http + 1, tcp: before.inbound.tcp + 1 });
  expect(await linesOf(server, /^connection /)).toBe(before.arrived + 2);
  // and from then on everything is captured
  const [answer, passing] = await counted(pod, server, () => call(lab, pod, 'http', 'http://web/'));
  expect(answer).toMatchObject({ status: 200 });
  expect(passing).toEqual({ outbound: ONE_REQUEST, inbound: ONE_REQUEST, arrived: 1 });
});

test('while its proxy does not run, calls of the application are refused and never get out uncaptured', async () => {
  await lab.apply(shopPod('orphan', 'lab/client'));
  await shopReady(lab, 'orphan');
  const pod = lab.pod(SHOP, 'orphan');
  const proxy = pod.container('istio-proxy');
  // each time the node waits longer before it starts it again
  for (const kill of [1, 2, 3]) {
    await eventually('the proxy runs', () => proxy?.state.restarts === kill - 1 && proxy.pid !== undefined);
    pod.signal('istio-proxy', 'SIGKILL');
  }
  await eventually('the proxy is away', () => proxy?.pid === undefined);
  const before = await linesOf(server, /^connection /);
  expect(await call(lab, pod, 'http', 'http://web/')).toEqual({ error: 'ECONNREFUSED' });
  expect(await linesOf(server, /^connection /)).toBe(before);
  await eventually('the proxy is back', () => proxy?.state.ready ?? false);
  expect(await call(lab, pod, 'http', 'http://web/')).toMatchObject({ status: 200 });
  expect(await passed(pod, 'outbound')).toEqual(ONE_REQUEST);
});

/** Calls when it is told to end, for as long as it may, and writes down when each call was answered. */
const CALLS_TO_ITS_END = `
process.on('SIGTERM', async () => {
  const since = performance.now();
  while (performance.now() - since < ${(DRAIN_SECONDS - 1) * 1000}) {
    const outcome = await fetch('http://web/').then(({ status }) => status, ({ cause }) => cause?.code);
    console.log(outcome);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  console.log('done');
  process.exit(0);
});
setInterval(() => {}, 2 ** 30);
`;

test('the proxy goes on for drainSeconds after the application is told to end, and answers its last calls', async () => {
  const command = ['node', '--input-type=module', '-e', CALLS_TO_ITS_END];
  await lab.apply(shopPod('ending', 'lab/client', { container: { command } }));
  await shopReady(lab, 'ending');
  const pod = lab.pod(SHOP, 'ending');
  await lab.kubectl('delete', 'pod', 'ending', '-n', SHOP, '--timeout=180s');
  const outcomes = (await logOf(pod, 'app')).trim().split('\n');
  expect(outcomes.length).toBeGreaterThan(10);
  expect([...new Set(outcomes)]).toEqual(['200', 'done']);
});

test('an application that takes longer than drainSeconds loses its proxy before its end, so that the test above can fail', async () => {
  const command = [
    'node',
    '--input-type=module',
    '-e',
    CALLS_TO_ITS_END.replace(`${(DRAIN_SECONDS - 1) * 1000}`, '4500'),
  ];
  await lab.apply(shopPod('slow', 'lab/client', { container: { command } }));
  await shopReady(lab, 'slow');
  const pod = lab.pod(SHOP, 'slow');
  await lab.kubectl('delete', 'pod', 'slow', '-n', SHOP, '--timeout=180s');
  const outcomes = (await logOf(pod, 'app')).trim().split('\n');
  // a call may be under way when the proxy ends, and is cut off
  const told = new Set(outcomes.filter((outcome) => outcome !== 'UND_ERR_SOCKET'));
  expect([...told]).toEqual(['200', 'ECONNREFUSED', 'done']);
});

test('a pod that ends tells the clients of HTTP/2 connections to go while its application still serves', async () => {
  await toldToGoWhileServed(lab);
});

test('a Job is refused with job-needs-native-sidecar, since it would never complete', async () => {
  const { spec } = shopPod('', 'lab/client', { container: { command: CALL }, spec: { restartPolicy: 'Never' } }) as {
    readonly spec: object;
  };
  await lab.apply({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'once', namespace: SHOP },
    spec: { backoffLimit: 0, template: { metadata: { annotations: ASKS }, spec } },
  });
  const events = () => lab.kubectl('get', 'events', '-n', SHOP, '--field-selector', 'involvedObject.name=once');
  await eventually('its controller is told', async () => (await events()).includes('FailedCreate'));
  expect(await events()).toContain('job-needs-native-sidecar');
  expect(lab.cluster.node.pods(SHOP).filter(({ name }) => name.startsWith('once-'))).toEqual([]);
});
