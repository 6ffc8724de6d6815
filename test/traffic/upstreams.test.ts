import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type CapturedPod, eventually, openCapturedPod, POD } from './captured-pod.ts';
import { EVERY_WAY, WAYS, type Way } from './ways.ts';

const SERVER = fileURLToPath(new URL('./upstreams/server.ts', import.meta.url));
const CLIENT = fileURLToPath(new URL('./upstreams/client.ts', import.meta.url));

interface Upstream {
  readonly what: string;
  readonly path: string;
  readonly atOnce?: number;
  /** Bytes of a header of the request. */
  readonly words?: number;
  /** What the client sees, and how often. */
  readonly outcomes: Readonly<Record<string, number>>;
}

const seen = (status: number, body: string, words = 0) => JSON.stringify([status, words, body]);

// Envoy’s own defaults would end the first after 15 s, refuse what goes beyond 1024 at once, and answer 431 to the last
const UPSTREAMS: readonly Upstream[] = [
  { what: 'slow', path: '/slow/17000', outcomes: { [seen(200, 'late')]: 1 } },
  {
    what: 'streaming for long',
    path: '/streaming/18',
    outcomes: { [seen(200, `${Array.from({ length: 18 }, (_, n) => `second ${n}\n`).join('')}end\n`)]: 1 },
  },
  ...[429, 500, 502, 503, 504].map((status) => ({
    what: `failing with ${status}`,
    path: `/failing/${status}`,
    outcomes: { [seen(status, 'failed')]: 1 },
  })),
  { what: 'broken in the middle', path: '/broken', outcomes: { [seen(200, '(ECONNRESET)')]: 1 } },
  { what: 'overloaded', path: '/crowded/2000', atOnce: 2000, outcomes: { [seen(200, 'at last')]: 2000 } },
  {
    what: 'of huge headers',
    path: `/wordy/${1 << 20}`,
    words: 1 << 20,
    outcomes: { [seen(200, 'said', 1 << 20)]: 1 },
  },
];

let network: CapturedPod;
/** What the clients saw of each upstream. */
const outcomes = new Map<Way, ReadonlyMap<string, unknown>>();

const ask = async (way: Way, { path, atOnce = 1, words = 0 }: Pick<Upstream, 'path' | 'atOnce' | 'words'>) => {
  const { from, to, port } = WAYS[way];
  // as root, who can read the program wherever it is: the redirect captures every user but the sidecar
  const args = [CLIENT, `http://${to}:${port}${path}`, String(atOnce), String(words)];
  return JSON.parse(await network[from].run(process.execPath, ...args));
};

const attemptsAt = async (way: Way): Promise<Record<string, number>> => {
  const [answer = ''] = Object.keys(await ask(way, { path: '/attempts' }));
  return JSON.parse(JSON.parse(answer)[2]);
};

beforeAll(async () => {
  network = await openCapturedPod();
  for (const way of EVERY_WAY) {
    const { port } = WAYS[way];
    await network[WAYS[way].in].start([process.execPath, SERVER, String(port)], way);
    await eventually(() => attemptsAt(way));
  }
  // at the same time: most of it goes by with waiting
  const asked = EVERY_WAY.map(async (way) => {
    const answers = UPSTREAMS.map(async (upstream) => [upstream.what, await ask(way, upstream)] as const);
    outcomes.set(way, new Map(await Promise.all(answers)));
  });
  await Promise.all(asked);
});

afterAll(async () => {
  await network?.stop();
});

const all = Object.fromEntries(UPSTREAMS.map(({ path, atOnce = 1 }) => [path, atOnce]));

test.each(EVERY_WAY)('slow, failing, overloaded and long upstreams are as they are: %s', async (way) => {
  expect(outcomes.get(way)).toEqual(new Map(UPSTREAMS.map((upstream) => [upstream.what, upstream.outcomes])));
  // each asked as often as its client asked
  expect(await attemptsAt(way)).toEqual(all);
});

test('all of it has passed the sidecar, so that the test above says something', async () => {
  const text = await network.fetchFrom(network.peer, `http://${POD.ipv4}:15090/stats/prometheus`);
  const count = (name: string, labels: string) =>
    Number(new RegExp(`^${name}\\{${labels}\\} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
  for (const direction of ['inbound', 'outbound']) {
    const requests = count('envoy_http_downstream_rq_total', `envoy_http_conn_manager_prefix="${direction}"`);
    // of 2000 clients at once many take longer than 0.1 s to say what they speak, and pass as TCP
    const connections = count('envoy_tcp_downstream_cx_total', `envoy_tcp_prefix="${direction}"`);
    expect(requests + connections).toBeGreaterThanOrEqual(Object.values(all).reduce((sum, each) => sum + each, 0));
  }
});
