import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { countersOf, grownBy } from '../../../src/core/verification/counters.ts';
import { answersOf, certainlyAtOnce } from '../../../src/core/verification/observations.ts';
import { readProbeEnding } from '../../../src/core/verification/probe-report.ts';
import { pillion } from '../cli/command-line.ts';

const PAGE = (total: number) => `# TYPE envoy_cluster_upstream_rq_total counter
envoy_cluster_upstream_rq_total{envoy_cluster_name="shop/inventory/8080"} ${total}
envoy_cluster_upstream_rq_total{local="a",envoy_cluster_name="shop/inventory/8080/inventory-v2"} 2
envoy_cluster_upstream_rq_total{envoy_cluster_name="shop/other/8080"} 100
envoy_cluster_upstream_rq_retry{envoy_cluster_name="shop/inventory/8080"} 0
envoy_cluster_upstream_rq{envoy_response_code="200",envoy_cluster_name="shop/inventory/8080"} 7
`;
const OWN = 'shop/inventory/8080';

test('counters are those of the upstreams that are named, together', () => {
  expect(countersOf(PAGE(5), [OWN])).toEqual({ upstream_rq_total: 5, upstream_rq_retry: 0 });
  expect(countersOf(PAGE(5), [OWN, `${OWN}/inventory-v2`])).toEqual({ upstream_rq_total: 7, upstream_rq_retry: 0 });
  expect(countersOf('', [OWN])).toEqual({});
  expect(grownBy(countersOf(PAGE(5), [OWN]), countersOf(PAGE(8), [OWN]))).toEqual({ upstream_rq_total: 3 });
});

test('requests that ended alike are told together', () => {
  const requests = [
    { answer: '504', beganMs: 0, endedMs: 1001.4 },
    { answer: '200', beganMs: 10, endedMs: 15 },
    { answer: '504', beganMs: 0, endedMs: 1003 },
  ];
  expect(answersOf(requests)).toEqual([
    { answer: '200', count: 1, leastMs: 5, mostMs: 5 },
    { answer: '504', count: 2, leastMs: 1001, mostMs: 1003 },
  ]);
});

test.each([
  ['none', [], 0],
  [
    'short ones may not have met',
    [
      [0, 150],
      [0, 150],
    ],
    0,
  ],
  [
    'long ones have',
    [
      [0, 900],
      [10, 900],
      [20, 900],
    ],
    3,
  ],
  [
    'one after the other',
    [
      [0, 500],
      [500, 1000],
    ],
    1,
  ],
  [
    'that hardly overlap',
    [
      [0, 500],
      [350, 900],
    ],
    1,
  ],
])('at once, for certain: %s', (_, times, most) => {
  const requests = (times as [number, number][]).map(([beganMs, endedMs]) => ({ answer: '200', beganMs, endedMs }));
  expect(certainlyAtOnce(requests)).toBe(most);
});

test.each([
  ['', undefined],
  ['{"sent":1}', undefined],
  ['{"sent":1,"answers":[],"atOnce":0,"counted":{"a":-1}}', undefined],
  ['{"sent":1,"answers":[{"answer":"\\u001b","count":1,"leastMs":1,"mostMs":1}],"atOnce":0,"counted":{}}', undefined],
  ['{"problem":"none"}', { problem: 'none' }],
])('what is no report is not taken for one: %s', (text, ending) => {
  expect(readProbeEnding(text)).toEqual(ending);
});

describe('traffic probe', () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });

  /** A server for one test; the address of its root. */
  async function serving(answer: Parameters<typeof createServer>[1]): Promise<string> {
    const server = createServer(answer as () => void);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  async function probed(url: string, statistics: string, ...flags: readonly string[]) {
    const written = new Map<string, string>();
    const words = ['traffic', 'probe', url, '--upstream', OWN, '--statistics', statistics, '--report', 'last'];
    const { exit, stdout } = await pillion([...words, ...flags], { written });
    expect(stdout).toBe(`${written.get('last')}\n`);
    return { exit, ending: readProbeEnding(written.get('last') ?? '') };
  }

  test('sends so many requests, and tells what came back and what the sidecar counted meanwhile', async () => {
    let arrived = 0;
    const url = await serving((request, response) => {
      arrived++;
      if (request.url === '/reset' || arrived === 4) request.socket.destroy();
      else response.writeHead(arrived % 2 === 0 ? 503 : 200).end('some text');
    });
    const statistics = await serving((_, response) => response.end(PAGE(arrived)));
    const { exit, ending } = await probed(`${url}/a?b=c`, statistics, '--requests', '5');
    expect(exit).toBe(0);
    expect(ending).toMatchObject({ sent: 5, atOnce: 0, counted: { upstream_rq_total: 5 } });
    const counts = ending !== undefined && 'answers' in ending ? ending.answers : [];
    expect(counts.map(({ answer, count }) => [answer, count])).toEqual([
      ['200', 3],
      ['503', 1],
      ['none', 1],
    ]);
  });

  test('ends when its time is over', async () => {
    const url = await serving(() => {});
    const statistics = await serving((_, response) => response.end(PAGE(0)));
    const { ending } = await probed(url, statistics, '--requests', '9', '--concurrency', '3', '--seconds', '1');
    expect(ending).toMatchObject({ sent: 3, answers: [{ answer: 'given up', count: 3 }], atOnce: 3, counted: {} });
  });
});
