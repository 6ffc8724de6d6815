import fastify, { type FastifyInstance } from 'fastify';
import type { Metrics } from '../../telemetry/metrics.ts';
import type { Readiness } from '../readiness.ts';
import type { Remarks } from './remarks.ts';

const PAGES: Readonly<Record<string, string>> = {
  '/livez': 'whether the process answers at all',
  '/readyz': 'whether it can do its work; names what is missing, and what somebody should know',
  '/metrics': 'Prometheus text',
};

/** Health and metrics over plain HTTP, not yet listening. It never serves anything about a pod. */
export function opsListener(readiness: Readiness, metrics: Metrics, remarks?: Remarks): FastifyInstance {
  const app = fastify({ logger: false, forceCloseConnections: true, requestTimeout: 10_000, bodyLimit: 1_024 });
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('cache-control', 'no-store').type('text/plain; charset=utf-8');
  });
  app.get('/', async () => index());
  // an event loop that hangs does not come to this line, and the probe fails by its own timeout
  app.get('/livez', async () => 'alive\n');
  app.get('/readyz', async (_request, reply) => {
    const lines = (remarks?.lines ?? []).map((line) => `${line}\n`).join('');
    if (readiness.ready) return `ready\n${lines}`;
    reply.code(503);
    return readiness.draining
      ? 'stopping: no new calls are wanted\n'
      : `waiting for: ${readiness.missing.join(', ')}\n${lines}`;
  });
  app.get('/metrics', async (_request, reply) => {
    const { contentType, body } = await metrics.text();
    reply.type(contentType);
    return body;
  });
  app.setNotFoundHandler(async (request, reply) => {
    reply.code(Object.hasOwn(PAGES, request.url) ? 405 : 404);
    return `${request.method} ${request.url} is not here. GET one of:\n${index()}`;
  });
  return app;
}

function index(): string {
  return Object.entries(PAGES)
    .map(([path, meaning]) => `${path}  ${meaning}\n`)
    .join('');
}
