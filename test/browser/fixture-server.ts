import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PageFile } from '../../scripts/dashboard/page-files.ts';
import type { Refusal } from '../../src/core/dashboard/document.ts';
import type { PlaygroundQuestion } from '../../src/core/dashboard/playground.ts';
import { API, type RouteName } from '../../src/core/dashboard/routes.ts';
import { SECURITY_HEADERS } from '../../src/server/dashboard/security-headers.ts';
import { capacity } from './fixtures/capacity.ts';
import type { Cluster } from './fixtures/cluster.ts';
import { Feed } from './fixtures/feed.ts';
import { hostileAnswer } from './fixtures/hostile.ts';
import { listed } from './fixtures/listed.ts';
import { overview } from './fixtures/overview.ts';
import { playgroundAnswer } from './fixtures/playground.ts';
import { policy } from './fixtures/policy.ts';
import { briefing, rollout } from './fixtures/rollout.ts';
import { workloadDetail } from './fixtures/workload-detail.ts';

export interface FixtureServer {
  readonly url: string;
  readonly feed: Feed;
  /** What is answered in place of everything below a path, until it is deleted. */
  readonly refusals: Map<string, { readonly status: number; readonly body: Refusal }>;
  /** No connection is answered any more, and those that are open end. */
  goOffline(): Promise<void>;
  comeBack(): Promise<void>;
  close(): Promise<void>;
}

/** What the API answers to a question; undefined where there is nothing. */
export function answerOf(cluster: Cluster, feed: Feed, path: string, query: URLSearchParams, body: string): unknown {
  const [first, ...rest] = path.split('/').slice(1).map(decodeURIComponent);
  const told = <T>(answer: T): T => (cluster.isHostile ? hostileAnswer(answer) : answer);
  switch (first as RouteName) {
    case 'overview':
      return told(overview(cluster));
    case 'rollout':
      return rest.length === 0 ? told(rollout(cluster)) : briefing(rest[1] ?? '');
    case 'namespaces':
      return listed(cluster.namespaces, query, ['namespace', 'tribe', 'stage']);
    case 'workloads': {
      if (rest.length === 0)
        return listed(cluster.workloads, query, ['namespace', 'tribe', 'squad', 'stage', 'reason']);
      const row = cluster.workloads.find(
        (found) => [found.namespace, found.kind, found.name].join('/') === rest.join('/'),
      );
      return row === undefined ? undefined : workloadDetail(row);
    }
    case 'decisions':
      return feed.page(query);
    case 'policy':
      return told(policy);
    case 'capacity':
      return capacity(cluster);
    case 'playground':
      return playgroundAnswer(JSON.parse(body) as PlaygroundQuestion);
    default:
      return undefined;
  }
}

/** Serves the page as the product does, and the API from fixtures, on a port of its own of the loopback. */
export async function startFixtureServer(
  page: ReadonlyMap<string, PageFile>,
  cluster: Cluster,
  decisions = 60,
): Promise<FixtureServer> {
  const feed = new Feed(cluster, decisions);
  const refusals: FixtureServer['refusals'] = new Map();
  const server = createServer((request, response) => void answer(request, response));
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const stop = async () => {
    const ended = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await ended;
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    response.setHeaders(new Map(Object.entries(SECURITY_HEADERS)));
    const file = page.get(pathname === '/' ? 'index.html' : pathname.slice(1));
    if (file !== undefined) return void response.writeHead(200, { 'content-type': file.type }).end(file.text);
    const path = pathname.replace(API, '');
    const refusal = [...refusals].find(([below]) => path.startsWith(below))?.[1];
    const json = (status: number, body: unknown) =>
      void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (refusal !== undefined) return json(refusal.status, refusal.body);
    const after = request.headers['last-event-id'];
    if (path === '/decisions/stream')
      return feed.stream(response, searchParams, Array.isArray(after) ? after[0] : after);
    let body = '';
    for await (const chunk of request) body += chunk;
    const found = answerOf(cluster, feed, path, searchParams, body);
    if (found === undefined) return json(404, { message: 'There is no such workload.', next: 'Look in the list.' });
    json(200, found);
  }

  return {
    url: `http://127.0.0.1:${port}/`,
    feed,
    refusals,
    goOffline: stop,
    comeBack: () => listen(port),
    close: async () => {
      if (server.listening) await stop();
    },
  };
}
