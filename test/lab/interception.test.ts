import { createServer, type Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { output } from '../network/network-namespace.ts';
import type { PodWorker } from '../node/pod-worker.ts';
import type { Lab } from './lab.ts';
import { linesOf, NOTHING, type Passed, passed } from './passed.ts';
import { SHOP, shopPod, shopReady, shopService, startShop } from './shop.ts';

const OUTSIDE_PORT = 8088;

let lab: Lab;
let client: PodWorker;
let server: PodWorker;
let excluding: PodWorker;
let machine: string;
let outside: Server;
let callsFromOutside = 0;

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
    shopService('server', 'web-headless', { clusterIP: 'None' }),
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
}, 120_000);

afterAll(async () => {
  outside?.close();
  await lab?.stop();
});

type Answer = Readonly<Record<string, unknown>>;

/** One call by the client program of the lab, and what it printed. */
async function call(from: PodWorker, ...words: readonly string[]): Promise<Answer> {
  const { stdout, stderr } = await lab.exec(from, 'app', ['node', '/app/call.mjs', ...words]);
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as Answer;
}

/** What both sidecars and the application behind them have counted. */
interface Counts {
  readonly outbound: Passed;
  readonly inbound: Passed;
  /** Connections, or datagrams, that came to the application. */
  readonly arrived: number;
}

const IN = (count: Passed): Counts => ({ outbound: NOTHING, inbound: count, arrived: 1 });
const BOTH = (count: Passed): Counts => ({ outbound: count, inbound: count, arrived: 1 });
const NEITHER: Counts = { outbound: NOTHING, inbound: NOTHING, arrived: 1 };
const ONE_REQUEST: Passed = { http: 1, tcp: 0 };
const ONE_CONNECTION: Passed = { http: 0, tcp: 1 };

async function counts(from: PodWorker, to: PodWorker): Promise<Counts> {
  const [outbound, inbound, arrived] = await Promise.all([
    passed(from, 'outbound'),
    passed(to, 'inbound'),
    linesOf(to, /^(connection|datagram) /),
  ]);
  return { outbound, inbound, arrived };
}

/** What `act` has added to the counts, beside what it resolves with. */
async function counted<T>(from: PodWorker, to: PodWorker, act: () => Promise<T>): Promise<readonly [T, Counts]> {
  const before = await counts(from, to);
  const result = await act();
  const after = await counts(from, to);
  const since = (direction: 'inbound' | 'outbound') => ({
    http: after[direction].http - before[direction].http,
    tcp: after[direction].tcp - before[direction].tcp,
  });
  return [result, { outbound: since('outbound'), inbound: since('inbound'), arrived: after.arrived - before.arrived }];
}

interface Behaviour {
  readonly what: string;
  readonly call: () => readonly string[];
  readonly answers: Answer;
  readonly counts: Counts;
}

const anyText = expect.any(String);
const [v4, v6] = [() => server.ips[0] ?? '', () => server.ips[1] ?? ''];

/** From the client to the server, both with a sidecar. */
const CAPTURED: readonly Behaviour[] = [
  ...(
    [
      ['IPv4', v4, () => v4()],
      ['IPv6', v6, () => `[${v6()}]`],
    ] as const
  ).flatMap(([family, address, host]): Behaviour[] => [
    {
      what: `HTTP/1.1 over ${family}`,
      call: () => ['http', `http://${host()}:8080/`],
      answers: { status: 200, body: expect.stringContaining('"httpVersion":"1.1"') },
      counts: BOTH(ONE_REQUEST),
    },
    {
      what: `HTTP/2 over ${family}`,
      call: () => ['h2', `http://${host()}:8080/`],
      answers: { status: 200, body: expect.stringContaining('"httpVersion":"2.0"') },
      counts: BOTH(ONE_REQUEST),
    },
    {
      what: `WebSocket over ${family}`,
      call: () => ['websocket', `ws://${host()}:8080/`, 'one', 'two'],
      answers: { echoes: ['one', 'two'] },
      counts: BOTH(ONE_REQUEST),
    },
    {
      what: `HTTPS, which passes as it is, over ${family}`,
      call: () => ['https', `https://${host()}:8443/`],
      answers: { status: 200, body: anyText, fingerprint: anyText },
      counts: BOTH(ONE_CONNECTION),
    },
    {
      what: `TCP that the client half-closes over ${family}`,
      call: () => ['tcp', address(), '9000', 'some text\n'],
      answers: { received: 'some text\n\n10 bytes\n' },
      counts: BOTH(ONE_CONNECTION),
    },
    {
      what: `TCP that the server half-closes over ${family}`,
      call: () => ['afterEnd', address(), '9002', 'x'.repeat(1000)],
      answers: { received: 'goodbye\n' },
      counts: BOTH(ONE_CONNECTION),
    },
    {
      what: `a server that speaks first over ${family}`,
      call: () => ['greeting', address(), '9001'],
      answers: { received: '220 lab ready\r\n', ms: expect.any(Number) },
      counts: BOTH(ONE_CONNECTION),
    },
  ]),
  {
    what: 'a Service by its name',
    call: () => ['http', 'http://web/'],
    answers: { status: 200, body: anyText },
    counts: BOTH(ONE_REQUEST),
  },
  {
    what: 'a port of a Service that is not HTTP',
    call: () => ['tcp', 'web.shop.svc.cluster.local', '9000', '\n'],
    answers: { received: '\n\n1 bytes\n' },
    counts: BOTH(ONE_CONNECTION),
  },
  {
    what: 'a headless Service',
    call: () => ['http', 'http://web-headless.shop:8080/'],
    answers: { status: 200, body: anyText },
    counts: BOTH(ONE_REQUEST),
  },
];

describe('passes both sidecars once', () => {
  test.each(CAPTURED)('$what', async (behaviour) => {
    const [answer, passing] = await counted(client, server, () => call(client, ...behaviour.call()));
    expect(answer).toEqual(behaviour.answers);
    expect(passing).toEqual(behaviour.counts);
  });

  test('a server that speaks first is heard within 0.3 s', async () => {
    // the fastest of some: on a busy machine a slow one proves nothing
    const calls = [v4(), v6(), v4(), v6(), v4()];
    const times: number[] = [];
    for (const address of calls) times.push(Number((await call(client, 'greeting', address, '9001')).ms));
    expect(Math.min(...times)).toBeLessThan(300);
  });

  test('what comes after the server’s end arrives', async () => {
    expect(await linesOf(server, /^after goodbye 1000 bytes$/)).toBe(2);
  });

  test('10,000 short connections without a loss', async () => {
    const [answer, passing] = await counted(client, server, () => call(client, 'many', 'web', '9000', '10000'));
    expect(answer).toEqual({ right: 10_000, wrong: {} });
    const all = { http: 0, tcp: 10_000 };
    expect(passing).toEqual({ outbound: all, inbound: all, arrived: 10_000 });
  }, 180_000);

  test('1 GiB arrives as it was sent', async () => {
    const bytes = 2 ** 30;
    const [answer, passing] = await counted(client, server, () =>
      call(client, 'download', `http://web/bytes/${bytes}`),
    );
    expect(answer).toEqual({ status: 200, bytes, sha256: anyText });
    expect(await linesOf(server, new RegExp(`^sent ${bytes} sha256 ${answer.sha256}$`))).toBe(1);
    expect(passing).toEqual(BOTH(ONE_REQUEST));
  }, 180_000);
});

// Envoy 1.40 ends a connection on which data and the client's end are there before its inspector has looked
test.failing('what a client sends together with its end arrives', async () => {
  const proxy = client.container('istio-proxy')?.pid ?? 0;
  process.kill(proxy, 'SIGSTOP');
  try {
    const answer = call(client, 'sendAndEnd', v4(), '9000', 'some text\n');
    // until the client has started and said all
    await sleep(3000);
    process.kill(proxy, 'SIGCONT');
    expect(await answer).toEqual({ received: 'some text\n\n10 bytes\n' });
  } finally {
    process.kill(proxy, 'SIGCONT');
  }
});

describe('of one pod alone', () => {
  test('a host outside the cluster is reached through the sidecar', async () => {
    const before = callsFromOutside;
    const [answer, { outbound }] = await counted(client, server, () =>
      call(client, 'http', `http://${machine}:${OUTSIDE_PORT}/`),
    );
    expect(answer).toEqual({ status: 200, body: 'outside' });
    expect(outbound).toEqual(ONE_REQUEST);
    expect(callsFromOutside).toBe(before + 1);
  });

  test('a call from outside passes the sidecar of the called pod', async () => {
    for (const host of [v4(), `[${v6()}]`]) {
      const [answer, passing] = await counted(client, server, async () => (await fetch(`http://${host}:8080/`)).status);
      expect(answer).toBe(200);
      expect(passing).toEqual(IN(ONE_REQUEST));
    }
  });

  test('a name that does not exist fails as without a sidecar', async () => {
    const [answer, passing] = await counted(client, server, () => call(client, 'http', 'http://nobody.example/'));
    expect(answer).toEqual({ error: 'ENOTFOUND' });
    expect(passing).toEqual({ ...NEITHER, arrived: 0 });
  });

  test('a pod that calls itself by its address: outbound once, never a loop', async () => {
    for (const host of [v4(), `[${v6()}]`]) {
      const [answer, passing] = await counted(server, server, () => call(server, 'http', `http://${host}:8080/`));
      expect(answer).toMatchObject({ status: 200 });
      expect(passing).toEqual({ outbound: ONE_REQUEST, inbound: NOTHING, arrived: 1 });
    }
  });

  test('a pod that calls itself through its Service: out once and in once', async () => {
    const [answer, passing] = await counted(server, server, () => call(server, 'http', 'http://web/'));
    expect(answer).toMatchObject({ status: 200 });
    expect(passing).toEqual(BOTH(ONE_REQUEST));
  });

  test('loopback is left alone', async () => {
    for (const [host, address] of [
      ['127.0.0.1', '127.0.0.1'],
      ['127.8.8.8', '127.8.8.8'],
      ['[::1]', '::1'],
    ] as const) {
      const [answer, passing] = await counted(server, server, () => call(server, 'http', `http://${host}:8080/`));
      expect(answer).toMatchObject({ status: 200 });
      expect(passing).toEqual(NEITHER);
      const [, ofTcp] = await counted(server, server, () => call(server, 'tcp', address, '9000', '\n'));
      expect(ofTcp).toEqual(NEITHER);
    }
  });

  test('UDP is left alone', async () => {
    for (const address of [v4(), v6()]) {
      const [answer, passing] = await counted(client, server, () => call(client, 'udp', address, '9003', 'hello'));
      expect(answer).toEqual({ received: 'hello' });
      expect(passing).toEqual(NEITHER);
    }
  });

  test('excluded outbound ports and addresses pass the sidecar of the other pod only', async () => {
    const [echoed, passing] = await counted(excluding, server, () => call(excluding, 'tcp', v4(), '9000', 'text\n'));
    expect(echoed).toEqual({ received: 'text\n\n5 bytes\n' });
    expect(passing).toEqual(IN(ONE_CONNECTION));
    const [greeted, ofGreeting] = await counted(excluding, server, () => call(excluding, 'greeting', v6(), '9001'));
    expect(greeted).toMatchObject({ received: '220 lab ready\r\n' });
    expect(ofGreeting).toEqual(IN(ONE_CONNECTION));
    const [answer, toMachine] = await counted(excluding, server, () =>
      call(excluding, 'http', `http://${machine}:${OUTSIDE_PORT}/`),
    );
    expect(answer).toEqual({ status: 200, body: 'outside' });
    expect(toMachine.outbound).toEqual(NOTHING);
    // what is not excluded passes both, as everywhere
    const [, ofOther] = await counted(excluding, server, () => call(excluding, 'http', `http://${v4()}:8080/`));
    expect(ofOther).toEqual(BOTH(ONE_REQUEST));
  });

  test('an excluded inbound port passes the sidecar of the caller only', async () => {
    for (const host of [excluding.ips[0], `[${excluding.ips[1]}]`]) {
      const [answer, passing] = await counted(client, excluding, () => call(client, 'http', `http://${host}:8080/`));
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
});

describe('without the redirect', () => {
  beforeAll(async () => {
    for (const pod of [client, server]) await pod.network?.run('nft', 'delete', 'table', 'inet', 'pillion');
  });

  test('what a client sends together with its end arrives', async () => {
    expect(await call(client, 'sendAndEnd', v4(), '9000', 'some text\n')).toEqual({
      received: 'some text\n\n10 bytes\n',
    });
  });

  test.each(CAPTURED)('$what passes no sidecar, so that its test above can fail', async (behaviour) => {
    const [answer, passing] = await counted(client, server, () => call(client, ...behaviour.call()));
    expect(answer).toEqual(behaviour.answers);
    expect(passing).toEqual(NEITHER);
  });
});
