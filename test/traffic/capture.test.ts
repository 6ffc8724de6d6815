import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { findEnvoy } from '../envoy/binary.ts';
import { type Guard, openGuard } from '../processes/guard.ts';
import { injectedContainers } from './injected-containers.ts';
import { joinedNetworks, type NetworkNamespace } from './network.ts';

const POD = { ipv4: '10.91.7.2', ipv6: 'fd91:7::2' };
const PEER = { ipv4: '10.91.7.1', ipv6: 'fd91:7::1' };
const PORT = 8080;

const CONFIG = '/run/envoy.json';

const SERVER = `require('node:http').createServer((q, r) => r.end(process.argv[1] + ' saw ' + q.socket.remoteAddress)).listen(${PORT}, '::')`;
const CLIENT = `fetch(process.argv[1]).then(async (r) => process.stdout.write(r.status + ' ' + await r.text()), (e) => { console.error(e.cause?.code ?? e.message); process.exit(1) })`;

let guard: Guard;
let pod: NetworkNamespace;
let peer: NetworkNamespace;

const asApplication = ['setpriv', '--reuid=1000', '--regid=1000', '--clear-groups'];
const fetchFrom = (where: NetworkNamespace, url: string): Promise<string> => {
  const [command = '', ...args] = [...asApplication, process.execPath, '-e', CLIENT, url];
  return where.run(command, ...args);
};
const eventually = async <T>(attempt: () => Promise<T>): Promise<T> => {
  for (let left = 100; ; left--) {
    try {
      return await attempt();
    } catch (error) {
      if (left === 0) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
};

beforeAll(async () => {
  guard = await openGuard();
  ({ pod, peer } = await joinedNetworks(guard, POD, PEER));
  const { redirect, sidecar, config } = injectedContainers();
  const [nft = '', ...rules] = [...redirect.command, ...redirect.args];
  await pod.run(nft, ...rules);

  const configFile = join(guard.folder, 'envoy.json');
  await writeFile(configFile, config);
  // as the container runs: the sidecar’s user, no capability, nothing to write to but its own volume
  const script = `mount -t tmpfs tmpfs /run && install -d -o 1337 /run/pillion && touch /run/envoy &&
    mount --bind "$1" /run/envoy && install -m 444 "$2" ${CONFIG} && shift 2 &&
    exec setpriv --reuid=1337 --regid=1337 --clear-groups --no-new-privs --bounding-set=-all /run/envoy "$@"`;
  const args = sidecar.args.map((arg) => (arg.endsWith('/envoy.json') ? CONFIG : arg));
  await inBackground(
    pod,
    ['unshare', '--mount', 'sh', '-c', script, 'sh', await findEnvoy(), configFile, ...args],
    'envoy',
  );
  await inBackground(pod, [...asApplication, process.execPath, '-e', SERVER, 'application'], 'application');
  await inBackground(peer, [...asApplication, process.execPath, '-e', SERVER, 'peer'], 'peer');
  await eventually(() => fetchFrom(peer, `http://${POD.ipv4}:15021/healthz/ready`));
  await eventually(() => fetchFrom(pod, `http://127.0.0.1:${PORT}/`));
  await eventually(() => fetchFrom(peer, `http://127.0.0.1:${PORT}/`));
}, 300_000);

afterAll(async () => {
  await guard?.stop();
});

async function inBackground(where: NetworkNamespace, words: readonly string[], name: string): Promise<void> {
  const [command = '', ...args] = [...where.enter, ...words];
  await guard.start({ command, args, log: join(guard.folder, `${name}.log`), graceMs: 0 });
}

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
