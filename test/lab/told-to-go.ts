import { readFile } from 'node:fs/promises';
import { expect } from '@jest/globals';
import { eventually } from '../cluster/eventually.ts';
import type { PodWorker } from '../node/pod-worker.ts';
import { call } from './counted.ts';
import type { Lab } from './lab.ts';
import { SHOP, shopPod, shopReady, shopService } from './shop.ts';

/** Asks again and again over one connection, and writes down each answer, and when it is told to go elsewhere. */
const ASKS_OVER_ONE = `
import { connect } from 'node:http2';
import { once } from 'node:events';
const open = async () => {
  const session = connect('http://leaving:8080/');
  session.on('error', () => {});
  const first = session.request({ ':path': '/' });
  const [headers] = await once(first, 'response').catch(() => [{}]);
  if (headers[':status'] === 200) return session;
  // in Classic order the application may be faster than its proxy
  session.destroy();
  return new Promise((resolve) => setTimeout(resolve, 100)).then(open);
};
const session = await open();
const timer = setInterval(() => {
  const stream = session.request({ ':path': '/' });
  stream.on('response', (headers) => console.log(headers[':status'])).on('error', ({ code }) => console.log(code)).resume();
}, 20);
session.on('goaway', () => {
  clearInterval(timer);
  // answers that are still on their way come first
  setTimeout(() => console.log('told to go'), 200);
});
setInterval(() => {}, 2 ** 30);
`;

// longer than the telling takes, shorter than Classic order's drainSeconds of the tests
const STAYS_SECONDS = 2;

/**
 * Ends a pod to which clients keep a connection of HTTP/2, one with a sidecar and one without, by the pod’s own address. Whoever does not know
 * the id of its record has tried before.
 */
export async function toldToGoWhileServed(lab: Lab): Promise<void> {
  const lifecycle = { preStop: { sleep: { seconds: STAYS_SECONDS } } };
  const headless = shopService('leaving', 'leaving', { clusterIP: 'None' });
  await lab.apply(shopPod('leaving', 'lab/http', { container: { lifecycle } }), headless);
  await shopReady(lab, 'leaving');
  const command = ['node', '--input-type=module', '-e', ASKS_OVER_ONE];
  const clients = { asking: {}, 'asking-bare': { 'sidecar.istio.io/inject': 'false' } };
  for (const [name, annotations] of Object.entries(clients))
    await lab.apply(shopPod(name, 'lab/client', { container: { command }, annotations }));
  await shopReady(lab, ...Object.keys(clients));
  const leaving = lab.pod(SHOP, 'leaving');
  const pods = Object.keys(clients).map((name) => lab.pod(SHOP, name));
  for (const path of ['/drain/0123456789abcdef', '/drain/', '/drain'])
    expect(await call(lab, lab.pod(SHOP, 'asking'), 'http', `http://${leaving.ip}:15021${path}`)).toMatchObject({
      status: 404,
    });
  const heard = async (pod: PodWorker) => (await readFile(pod.logOf('app'), 'utf8')).trim().split('\n');
  const all = () => Promise.all(pods.map(heard));
  const before = (await all()).map(({ length }) => length);
  await eventually('they have heard more', async () =>
    (await all()).every(({ length }, index) => length > (before[index] ?? 0) + 25),
  );
  for (const outcomes of await all()) expect(new Set(outcomes)).toEqual(new Set(['200']));
  const gone = lab.kubectl('delete', 'pod', 'leaving', '-n', SHOP, '--timeout=180s');
  await eventually('they are told to go', async () =>
    (await all()).every((outcomes) => outcomes.at(-1) === 'told to go'),
  );
  expect(leaving.container('app')?.state.phase).toBe('running');
  for (const outcomes of await all()) expect(new Set(outcomes)).toEqual(new Set(['200', 'told to go']));
  await gone;
}
