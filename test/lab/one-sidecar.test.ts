import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { output } from '../network/network-namespace.ts';
import type { PodWorker } from '../node/pod-worker.ts';
import { both, call, counted, inOnly, NEITHER, ONE_CONNECTION, ONE_REQUEST } from './counted.ts';
import type { Lab } from './lab.ts';
import { NOTHING, passed } from './passed.ts';
import { SHOP, shopPod, shopReady, shopService, startShop } from './shop.ts';

const OUTSIDE_PORT = 8088;

let lab: Lab;
let client: PodWorker;
let server: PodWorker;
let excluding: PodWorker;
let machine: string;
let outside: Server;
let callsFromOutside = 0;
const v4 = () => server.ips[0] ?? '';
const v6 = () => server.ips[1] ?? '';

beforeAll(async () => {
  lab = await startShop();
  ({ machine } = lab.cluster.network);
  await lab.apply(
    shopPod('server', 'lab/all'),
    shopPod('client', 'lab/client'),
    shopPod('excluding', 'lab/all', {
      annotations: {
        'traffic.sidecar.istio.io/excludeInboundPorts': '8080',
        'traffic.sidecar.istio.io/excludeOutboundPorts': '9000-9001',
        'traffic.sidecar.istio.io/excludeOutboundIPRanges': `${machine}/32`,
      },
    }),
    shopService('server', 'web'),
  );
  await shopReady(lab, 'server', 'client', 'excluding');
  [client, server, excluding] = ['client', 'server', 'excluding'].map((name) => lab.pod(SHOP, name)) as [
    PodWorker,
    PodWorker,
    PodWorker,
  ];
  outside = createServer((_, response) => {
    callsFromOutside++;
    response.end('outside');
  }).listen(OUTSIDE_PORT, machine);
});

afterAll(async () => {
  outside?.close();
  await lab?.stop();
});

test('a host outside the cluster is reached through the sidecar', async () => {
  const before = callsFromOutside;
  const [answer, { outbound }] = await counted(client, server, () =>
    call(lab, client, 'http', `http://${machine}:${OUTSIDE_PORT}/`),
  );
  expect(answer).toEqual({ status: 200, body: 'outside' });
  expect(outbound).toEqual(ONE_REQUEST);
  expect(callsFromOutside).toBe(before + 1);
});

test('a call from outside passes the sidecar of the called pod', async () => {
  for (const host of [v4(), `[${v6()}]`]) {
    const [answer, passing] = await counted(client, server, async () => (await fetch(`http://${host}:8080/`)).status);
    expect(answer).toBe(200);
    expect(passing).toEqual(inOnly(ONE_REQUEST));
  }
});

test('a name that does not exist fails as without a sidecar', async () => {
  const [answer, passing] = await counted(client, server, () => call(lab, client, 'http', 'http://nobody.example/'));
  expect(answer).toEqual({ error: 'ENOTFOUND' });
  expect(passing).toEqual({ ...NEITHER, arrived: 0 });
});

test('a pod that calls itself by its address: outbound once, never a loop', async () => {
  for (const host of [v4(), `[${v6()}]`]) {
    const [answer, passing] = await counted(server, server, () => call(lab, server, 'http', `http://${host}:8080/`));
    expect(answer).toMatchObject({ status: 200 });
    expect(passing).toEqual({ outbound: ONE_REQUEST, inbound: NOTHING, arrived: 1 });
  }
});

test('a pod that calls itself through its Service: out once and in once', async () => {
  const [answer, passing] = await counted(server, server, () => call(lab, server, 'http', 'http://web/'));
  expect(answer).toMatchObject({ status: 200 });
  expect(passing).toEqual(both(ONE_REQUEST));
});

test('loopback is left alone', async () => {
  for (const [host, address] of [
    ['127.0.0.1', '127.0.0.1'],
    ['127.8.8.8', '127.8.8.8'],
    ['[::1]', '::1'],
  ] as const) {
    const [answer, passing] = await counted(server, server, () => call(lab, server, 'http', `http://${host}:8080/`));
    expect(answer).toMatchObject({ status: 200 });
    expect(passing).toEqual(NEITHER);
    const [, ofTcp] = await counted(server, server, () => call(lab, server, 'tcp', address, '9000', '\n'));
    expect(ofTcp).toEqual(NEITHER);
  }
});

test('UDP is left alone', async () => {
  for (const address of [v4(), v6()]) {
    const [answer, passing] = await counted(client, server, () => call(lab, client, 'udp', address, '9003', 'hello'));
    expect(answer).toEqual({ received: 'hello' });
    expect(passing).toEqual(NEITHER);
  }
});

/** Echo requests of ICMP that have come to a pod. */
async function pinged(pod: PodWorker, family: 'IPv4' | 'IPv6'): Promise<number> {
  if (family === 'IPv6') {
    const text = await pod.network?.run('cat', '/proc/net/snmp6');
    return Number(/^Icmp6InEchos\s+(\d+)$/m.exec(text ?? '')?.[1]);
  }
  const [names = [], values = []] = ((await pod.network?.run('cat', '/proc/net/snmp')) ?? '')
    .split('\n')
    .filter((line) => line.startsWith('Icmp: '))
    .map((line) => line.split(' '));
  return Number(values[names.indexOf('InEchos')]);
}

test.each(['IPv4', 'IPv6'] as const)('ICMP over %s is left alone', async (family) => {
  const address = family === 'IPv4' ? v4() : v6();
  const before = await pinged(server, family);
  const [said, passing] = await counted(client, server, async () =>
    client.network?.run('ping', '-c', '3', '-i', '0.2', '-W', '5', address),
  );
  expect(said).toContain('3 packets transmitted, 3 received, 0% packet loss');
  expect(await pinged(server, family)).toBe(before + 3);
  expect(passing).toEqual({ ...NEITHER, arrived: 0 });
});

test('excluded outbound ports and addresses pass the sidecar of the other pod only', async () => {
  const [echoed, passing] = await counted(excluding, server, () => call(lab, excluding, 'tcp', v4(), '9000', 'text\n'));
  expect(echoed).toEqual({ received: 'text\n\n5 bytes\n' });
  expect(passing).toEqual(inOnly(ONE_CONNECTION));
  const [greeted, ofGreeting] = await counted(excluding, server, () => call(lab, excluding, 'greeting', v6(), '9001'));
  expect(greeted).toMatchObject({ received: '220 lab ready\r\n' });
  expect(ofGreeting).toEqual(inOnly(ONE_CONNECTION));
  const [answer, toMachine] = await counted(excluding, server, () =>
    call(lab, excluding, 'http', `http://${machine}:${OUTSIDE_PORT}/`),
  );
  expect(answer).toEqual({ status: 200, body: 'outside' });
  expect(toMachine.outbound).toEqual(NOTHING);
  // what is not excluded passes both, as everywhere
  const [, ofOther] = await counted(excluding, server, () => call(lab, excluding, 'http', `http://${v4()}:8080/`));
  expect(ofOther).toEqual(both(ONE_REQUEST));
});

test('an excluded inbound port passes the sidecar of the caller only', async () => {
  for (const host of [excluding.ips[0], `[${excluding.ips[1]}]`]) {
    const [answer, passing] = await counted(client, excluding, () => call(lab, client, 'http', `http://${host}:8080/`));
    expect(answer).toMatchObject({ status: 200 });
    expect(passing).toEqual({ outbound: ONE_REQUEST, inbound: NOTHING, arrived: 1 });
  }
});

test.each([
  [1337, NOTHING],
  [1000, ONE_REQUEST],
])('what user %d sends is captured as it is meant to be', async (user, expected) => {
  const script =
    'fetch(process.argv[1]).then(async (answer) => { await answer.text(); process.stdout.write(String(answer.status)); })';
  const url = `http://${v4()}:8080/`;
  const words = ['setpriv', `--reuid=${user}`, '--clear-groups', process.execPath, '-e', script, url];
  const [enter = '', ...rest] = [...(client.network?.enter ?? []), ...words];
  const [status, { outbound }] = await counted(client, server, () => output(enter, ...rest));
  expect(status).toBe('200');
  expect(outbound).toEqual(expected);
});

test('an init container of the author’s own calls through the sidecar, which runs before it', async () => {
  const early = { name: 'early', image: 'lab/client', command: ['node', '/app/call.mjs', 'http', 'http://web/'] };
  await lab.apply(shopPod('early', 'lab/client', { spec: { initContainers: [early] } }));
  await shopReady(lab, 'early');
  expect(await passed(lab.pod(SHOP, 'early'), 'outbound')).toEqual(ONE_REQUEST);
});
