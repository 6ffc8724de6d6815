import { setTimeout as sleep } from 'node:timers/promises';
import { type Behaviour, isShare } from './behaviour.ts';
import type { Answer } from './scene.ts';

/** The versions whose pods answered. */
const versionsIn = (pods: Readonly<Record<string, number>>): readonly string[] =>
  [...new Set(Object.keys(pods).map((pod) => pod.split('-')[0] ?? ''))].sort();

const COPIED_MS = 500;

const allowed = (answer: Answer | string) =>
  typeof answer === 'string' ? answer : (answer.headers['access-control-allow-origin'] ?? 'nobody');

export const ROUTING: readonly Behaviour[] = [
  {
    file: 'canary-weight',
    what: 'the new version gets its share',
    pods: { v1: 1, v2: 1 },
    async see({ requests }) {
      const { statuses, pods } = await requests('/', { count: 300, atOnce: 5 });
      return { statuses, tenth: isShare(pods['v2-0'] ?? 0, 300, 0.1), half: isShare(pods['v2-0'] ?? 0, 300, 0.5) };
    },
    without: { statuses: { 200: 300 }, tenth: false, half: true },
    with: { statuses: { 200: 300 }, tenth: true, half: false },
  },
  {
    file: 'canary-match',
    what: 'who asks for the new version gets it, and nobody else',
    pods: { v1: 1, v2: 1 },
    async see({ requests }) {
      const [named, beta, others] = [
        await requests('/', { count: 20, headers: { 'x-canary': 'true' } }),
        await requests('/beta/', { count: 20 }),
        await requests('/', { count: 20, headers: { 'x-canary': 'false' } }),
      ];
      return { named: versionsIn(named.pods), beta: versionsIn(beta.pods), others: versionsIn(others.pods) };
    },
    without: { named: ['v1', 'v2'], beta: ['v1', 'v2'], others: ['v1', 'v2'] },
    with: { named: ['v2'], beta: ['v2'], others: ['v1'] },
  },
  {
    file: 'mirror-service',
    what: 'another Service gets a copy of each request, and its answers are thrown away',
    others: ['audit/copies'],
    async see({ requests, arrived }) {
      const { pods } = await requests('/copied', { count: 10 });
      await sleep(COPIED_MS);
      return { pods, arrived: await arrived(/^GET \/copied /) };
    },
    without: { pods: { 'v1-0': 10 }, arrived: [10, 0] },
    with: { pods: { 'v1-0': 10 }, arrived: [10, 10] },
  },
  {
    file: 'cors',
    what: 'pages of the named origins are let in, before the service is asked',
    async see({ answer, arrived, caller, url }) {
      const asks = (origin: string) =>
        answer(caller, `${url}/`, 'OPTIONS', { origin, 'access-control-request-method': 'POST' });
      const origins = ['https://shop.example.com', 'https://other.example.com', 'https://shop.example.org'];
      const answers = [];
      for (const origin of origins) answers.push(allowed(await asks(origin)));
      return { answers, arrived: await arrived(/^OPTIONS /) };
    },
    without: { answers: ['nobody', 'nobody', 'nobody'], arrived: [3] },
    with: { answers: ['https://shop.example.com', 'https://other.example.com', 'nobody'], arrived: [1] },
  },
  {
    file: 'routes-paths',
    what: 'a path has a timeout of its own, and paths that are nearly the same have not',
    async see({ requests }) {
      const statuses = [];
      for (const path of ['/health', '/health/deep', '/items/1']) {
        statuses.push((await requests(`${path}?delay=300`)).statuses);
      }
      return { statuses };
    },
    without: { statuses: [{ 200: 1 }, { 200: 1 }, { 200: 1 }] },
    with: { statuses: [{ 504: 1 }, { 200: 1 }, { 200: 1 }] },
  },
  {
    file: 'balancing-header',
    what: 'the same user always comes to the same pod',
    pods: { v1: 3 },
    async see({ requests }) {
      const counts = [];
      for (const user of ['ann', 'ben']) {
        const { pods } = await requests('/', { count: 30, headers: { 'x-user': user } });
        counts.push(Object.keys(pods).length);
      }
      return { pods: counts };
    },
    without: { pods: [3, 3] },
    with: { pods: [1, 1] },
  },
  {
    file: 'tls-mesh',
    what: 'who has no certificate of the mesh is kept out',
    async see({ answer, caller, outsider, url }) {
      const inMesh = await answer(caller, `${url}/`, 'GET');
      const hasShown = typeof inMesh !== 'string' && inMesh.body.includes('x-forwarded-client-cert');
      const outside = await answer(outsider, `${url}/`, 'GET');
      return { inMesh: hasShown, outside: typeof outside === 'string' ? outside : outside.status };
    },
    isInForce: async ({ answer, outsider, url }) => typeof (await answer(outsider, `${url}/`, 'GET')) === 'string',
    without: { inMesh: true, outside: 200 },
    with: { inMesh: true, outside: 'ECONNRESET' },
  },
  {
    file: 'expose-own-http',
    what: 'the gateway lets calls for the named host in, and tries them as often as the values say',
    async see({ answer, arrived, outsider, gatewayUrl }) {
      const statuses = [];
      for (const host of ['own-http.example.com', 'other.example.com']) {
        const said = await answer(outsider, `${gatewayUrl}/status/503`, 'GET', { host });
        statuses.push(typeof said === 'string' ? said : said.status);
      }
      return { statuses, tries: await arrived(/^GET \/status\/503 /) };
    },
    without: { statuses: ['ECONNREFUSED', 'ECONNREFUSED'], tries: [0] },
    with: { statuses: [503, 404], tries: [3] },
  },
];
