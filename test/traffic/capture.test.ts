import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type CapturedPod, eventually, openCapturedPod, PEER, POD } from './captured-pod.ts';

const PORT = 8080;

const SERVER = `require('node:http').createServer((q, r) => r.end(process.argv[1] + ' saw ' + q.socket.remoteAddress)).listen(${PORT}, '::')`;

let network: CapturedPod;
let pod: CapturedPod['pod'];
let peer: CapturedPod['peer'];
let fetchFrom: CapturedPod['fetchFrom'];

beforeAll(async () => {
  network = await openCapturedPod();
  ({ pod, peer, fetchFrom } = network);
  await network.inBackground(pod, [process.execPath, '-e', SERVER, 'application'], 'application');
  await network.inBackground(peer, [process.execPath, '-e', SERVER, 'peer'], 'peer');
  await eventually(() => fetchFrom(pod, `http://127.0.0.1:${PORT}/`));
  await eventually(() => fetchFrom(peer, `http://127.0.0.1:${PORT}/`));
});

afterAll(async () => {
  await network?.stop();
});

/** Requests that the sidecar has counted in one direction. */
async function counted(direction: 'inbound' | 'outbound'): Promise<number> {
  const text = await fetchFrom(peer, `http://${POD.ipv4}:15090/stats/prometheus`);
  const line = new RegExp(
    `^envoy_http_downstream_rq_total\\{envoy_http_conn_manager_prefix="${direction}"\\} (\\d+)$`,
    'm',
  );
  return Number(line.exec(text)?.[1] ?? 0);
}

test.each([
  ['IPv4', POD.ipv4],
  ['IPv6', `[${POD.ipv6}]`],
])('a call to the application passes the sidecar once, over %s', async (_, address) => {
  const before = [await counted('inbound'), await counted('outbound')] as const;
  expect(await fetchFrom(peer, `http://${address}:${PORT}/`)).toMatch(/^200 application saw /);
  expect([await counted('inbound'), await counted('outbound')]).toEqual([before[0] + 1, before[1]]);
});

test.each([
  ['IPv4', PEER.ipv4],
  ['IPv6', `[${PEER.ipv6}]`],
])('a call of the application passes the sidecar once, over %s', async (_, address) => {
  const before = [await counted('inbound'), await counted('outbound')] as const;
  expect(await fetchFrom(pod, `http://${address}:${PORT}/`)).toMatch(/^200 peer saw /);
  expect([await counted('inbound'), await counted('outbound')]).toEqual([before[0], before[1] + 1]);
});

test('the application calls itself through its own address: outbound once, never a loop', async () => {
  const before = [await counted('inbound'), await counted('outbound')] as const;
  expect(await fetchFrom(pod, `http://${POD.ipv4}:${PORT}/`)).toMatch(/^200 application saw /);
  expect([await counted('inbound'), await counted('outbound')]).toEqual([before[0], before[1] + 1]);
});

test('loopback is left alone', async () => {
  const before = [await counted('inbound'), await counted('outbound')] as const;
  expect(await fetchFrom(pod, `http://127.0.0.1:${PORT}/`)).toMatch(/^200 application saw /);
  expect(await fetchFrom(pod, `http://[::1]:${PORT}/`)).toMatch(/^200 application saw /);
  expect([await counted('inbound'), await counted('outbound')]).toEqual(before);
});

test.each([15001, 15006])('a call straight to the sidecar’s port %d ends at once and is no loop', async (port) => {
  for (const [from, address] of [
    [peer, POD.ipv4],
    [pod, POD.ipv4],
    [pod, '127.0.0.1'],
  ] as const)
    await expect(fetchFrom(from, `http://${address}:${port}/`)).rejects.toThrow(
      /ECONNRESET|UND_ERR_SOCKET|ECONNREFUSED/,
    );
  // the proxy still has connections to give
  expect(await fetchFrom(peer, `http://${POD.ipv4}:${PORT}/`)).toMatch(/^200 application saw /);
});

test('without the redirect nothing passes the sidecar, so that the tests above can fail', async () => {
  await pod.run('nft', 'delete', 'table', 'inet', 'pillion');
  const before = [await counted('inbound'), await counted('outbound')] as const;
  await fetchFrom(peer, `http://${POD.ipv4}:${PORT}/`);
  await fetchFrom(pod, `http://${PEER.ipv4}:${PORT}/`);
  expect([await counted('inbound'), await counted('outbound')]).toEqual(before);
});
