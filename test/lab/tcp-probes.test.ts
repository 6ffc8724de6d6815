import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '../cluster/eventually.ts';
import type { PodWorker } from '../node/pod-worker.ts';
import type { Lab } from './lab.ts';
import { SHOP, shopPod, shopReady, startShop } from './shop.ts';

let lab: Lab;

beforeAll(async () => {
  lab = await startShop();
});

afterAll(async () => lab?.stop());

const PERIOD_SECONDS = 2;
const PORT = 9000;

/** Listens, and at each SIGUSR2 stops it or begins again; what it has accepted stays open. */
const listener = (host: string) => `
const { createServer } = require('node:net');
let server;
const toggle = () => {
  if (server) server.close();
  server = server ? undefined : createServer(() => {}).listen(${PORT}, ${host});
};
process.on('SIGUSR2', toggle);
toggle();
// without it the program would end with its last socket
setInterval(() => {}, 2 ** 30);
`;

const probe = (port: number | string) => ({
  tcpSocket: { port },
  periodSeconds: PERIOD_SECONDS,
  failureThreshold: 1,
});

function listening(name: string, container: object, host = "'::'", annotations = {}): object {
  const command = ['node', '-e', listener(host)];
  return shopPod(name, 'lab/client', { container: { command, ...container }, annotations });
}

const isReady = (pod: PodWorker) => pod.container('app')?.state.ready === true;

test('an application that stops listening is unready within the period of its tcpSocket probe, and ready again', async () => {
  const named = { ports: [{ name: 'echo', containerPort: PORT }], readinessProbe: probe('echo') };
  await lab.apply(listening('listener', named));
  await shopReady(lab, 'listener');
  const pod = lab.pod(SHOP, 'listener');
  const times: number[] = [];
  for (const _ of [1, 2, 3]) {
    pod.signal('app', 'SIGUSR2');
    const since = performance.now();
    await eventually('it is unready', async () => !isReady(pod));
    times.push(performance.now() - since);
    pod.signal('app', 'SIGUSR2');
    await eventually('it is ready', async () => isReady(pod));
  }
  expect(pod.container('app')?.state.restarts).toBe(0);
  // the sidecar looks five times in a period; the fastest of some, since on a busy machine a slow one proves nothing
  expect(Math.min(...times)).toBeLessThan(PERIOD_SECONDS * 1200);
});

test('an application that does not listen never becomes ready', async () => {
  await lab.apply(
    shopPod('deaf', 'lab/client', { container: { readinessProbe: { ...probe(PORT), periodSeconds: 1 } } }),
  );
  await neverReady(await started('deaf'));
});

test('an application is started again when its tcpSocket liveness probe fails', async () => {
  await lab.apply(listening('restarting', { livenessProbe: { ...probe(PORT), periodSeconds: 1 } }));
  await shopReady(lab, 'restarting');
  const pod = lab.pod(SHOP, 'restarting');
  await sleep(3000);
  expect(pod.container('app')?.state.restarts).toBe(0);
  pod.signal('app', 'SIGUSR2');
  await eventually('it has started again', async () => pod.container('app')?.state.restarts === 1);
});

const POD_ADDRESS = "require('node:os').networkInterfaces().eth0.find(({ family }) => family === 'IPv4').address";

test('an application that listens on the address of the pod alone becomes ready', async () => {
  await lab.apply(listening('on-pod-address', { readinessProbe: { ...probe(PORT), periodSeconds: 1 } }, POD_ADDRESS));
  await shopReady(lab, 'on-pod-address');
});

test('an application that listens on loopback alone never becomes ready, as without a sidecar', async () => {
  await lab.apply(listening('on-loopback', { readinessProbe: { ...probe(PORT), periodSeconds: 1 } }, "'127.0.0.1'"));
  await neverReady(await started('on-loopback'));
});

test('a probe of a port that passes the sidecar by stays as it is', async () => {
  const annotations = { 'traffic.sidecar.istio.io/excludeInboundPorts': String(PORT) };
  await lab.apply(listening('excluded', { readinessProbe: probe(PORT) }, "'::'", annotations));
  await shopReady(lab, 'excluded');
  const pod = lab.pod(SHOP, 'excluded');
  expect(pod.pod.spec?.containers[0]?.readinessProbe).toMatchObject({ tcpSocket: { port: PORT } });
  pod.signal('app', 'SIGUSR2');
  await eventually('it is unready', async () => !isReady(pod));
});

async function neverReady(pod: PodWorker): Promise<void> {
  for (let second = 0; second < 5; second++) {
    await sleep(1000);
    expect(isReady(pod)).toBe(false);
  }
}

/** A pod whose application runs. */
async function started(name: string): Promise<PodWorker> {
  const running = () =>
    lab.cluster.node
      .pods(SHOP)
      .find((pod) => pod.name === name)
      ?.container('app')?.pid;
  await eventually('it runs', async () => running() !== undefined);
  return lab.pod(SHOP, name);
}
