import type { Http2SecureServer } from 'node:http2';
import fastify from 'fastify';
import { OPENAPI_PATH, openApiDocument } from '../../core/dashboard/openapi.ts';
import { MOST_PLAYGROUND_BYTES } from '../../core/dashboard/playground.ts';
import { API, type ApiRoute, ROUTES, type RouteName } from '../../core/dashboard/routes.ts';
import type { DashboardTarget } from '../../telemetry/dashboard-metrics.ts';
import { connectionFault, endFaulty } from '../admission/connection-faults.ts';
import { connectionsOf } from '../connections.ts';
import { secureContext, secureServerOptions } from '../tls.ts';
import { admitted, refuseOtherSites, tokenOf } from './admitted.ts';
import { sendAnswer } from './answers.ts';
import { answer } from './api-routes.ts';
import type {
  Asking,
  DashboardApp,
  DashboardContext,
  DashboardParts,
  DashboardReply,
  DashboardRequest,
} from './dashboard-context.ts';
import { beginStream, OWN_DECISIONS, ownDecisions } from './feed-routes.ts';
import { OpenStreams } from './open-streams.ts';
import { sendAsset } from './page-routes.ts';
import { Receiving } from './receiving.ts';
import { Refused, refusedBy } from './refusals.ts';
import { SECURITY_HEADERS } from './security-headers.ts';
import { UnderWay } from './under-way.ts';

/** The HTTPS listener of the dashboard, not yet listening. */
export interface DashboardListener {
  readonly app: DashboardApp;
  /** Ends the streams, so that their readers come back to another replica. */
  endStreams(): void;
  /** Cuts every connection. */
  destroyConnections(): void;
}

/** @throws Error when no TLS server can be made with the current certificate */
export function dashboardListener(parts: DashboardParts): DashboardListener {
  const { certificate, limits, feed, metrics } = parts;
  const streams = new OpenStreams({ feed, limits, onChange: metrics.streams });
  const { maxQuestions: most, maxQuestionsOfReader: mostOfReader } = limits;
  const questions = new UnderWay({ what: 'questions', most, mostOfReader });
  const context: DashboardContext = { ...parts, streams, questions };
  const app = fastify({
    http2: true,
    https: secureServerOptions(certificate.current, limits),
    http2SessionTimeout: limits.idleMs,
    bodyLimit: MOST_PLAYGROUND_BYTES,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: MOST_PARAMETER_LENGTH },
    return503OnClosing: false,
    logger: false,
    clientErrorHandler: (error, socket) => endFaulty(socket, connectionFault(error)),
    frameworkErrors: (error, request, reply) => void refuse(context, error, request, reply),
  });
  // a form of another site could send it
  app.removeContentTypeParser('text/plain');
  const askers = new WeakMap<DashboardRequest, Asking>();
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(SECURITY_HEADERS);
    askers.set(request, await asking(context, request));
  });
  app.addHook('onResponse', async (request, reply) => metrics.answered(targetOf(request), reply.statusCode));
  app.setErrorHandler((error, request, reply) => refuse(context, error, request, reply));
  route(app, context, (request) => askers.get(request) as Asking);

  const { server } = app;
  (server as Http2SecureServer).maxConnections = limits.maxConnections;
  const stopFollowing = certificate.onRenewed((pair) => server.setSecureContext(secureContext(pair)));
  app.addHook('onClose', async () => stopFollowing());
  return { app, endStreams: () => streams.close(), destroyConnections: connectionsOf(server as Http2SecureServer) };
}

// names of objects have at most 253 signs, percent-encoded ones three times as many
const MOST_PARAMETER_LENGTH = 1_000;

async function asking({ access }: DashboardContext, { headers, ip }: DashboardRequest): Promise<Asking> {
  refuseOtherSites(headers);
  const token = tokenOf(headers);
  return { reader: await admitted(access, token, ip), token: token as string };
}

function route(app: DashboardApp, context: DashboardContext, askerOf: (request: DashboardRequest) => Asking): void {
  const receiving = new Receiving(context.limits);
  const withBody = {
    preParsing: async (request: DashboardRequest, reply: DashboardReply) =>
      receiving.begin(askerOf(request), request, reply),
    preValidation: async (request: DashboardRequest) => receiving.end(request),
  };
  const description = openApiDocument(context.version);
  for (const [name, { method, path, body }] of Object.entries(ROUTES) as [RouteName, ApiRoute][])
    app.route({
      method,
      url: `${API}${path.replace(/\{(\w+)\}/g, ':$1')}`,
      config: { target: name },
      ...(body !== undefined && withBody),
      handler: (request, reply) =>
        name === 'decisionStream'
          ? beginStream(context, askerOf(request), request, reply)
          : answer(context, name, askerOf(request), request, reply),
    });
  app.get(`${API}${OPENAPI_PATH}`, { config: { target: 'openapi' } }, async (request, reply) =>
    sendAnswer(request, reply, description),
  );
  app.get(`${API}${OWN_DECISIONS}`, { config: { target: 'peer' } }, async (request) =>
    ownDecisions(context, askerOf(request), request),
  );
  app.get('/*', { config: { target: 'page' } }, (request, reply) => sendAsset(context, request, reply));
  app.setNotFoundHandler(() => {
    throw new Refused(
      404,
      'There is nothing here.',
      'It is only read: GET, and POST for the playground. See /api/v1/openapi.json.',
    );
  });
}

const targetOf = ({ routeOptions }: DashboardRequest): DashboardTarget =>
  (routeOptions.config as { readonly target?: DashboardTarget } | undefined)?.target ?? 'none';

async function refuse(
  { log, faults }: DashboardContext,
  error: unknown,
  request: DashboardRequest,
  reply: DashboardReply,
): Promise<unknown> {
  const refused = refusedBy(error);
  if (refused.status === 500) faults.report(error, 'a request of the dashboard failed; please report this fault');
  else log.debug({ status: refused.status, url: request.url.split('?', 1)[0] }, refused.message);
  reply.code(refused.status).headers(SECURITY_HEADERS);
  if (refused.status === 401) reply.header('www-authenticate', 'Bearer realm="pillion"');
  if (refused.status === 429 || refused.status === 503) reply.header('retry-after', '2');
  const isPage = refused.status === 401 && !request.url.startsWith('/api/');
  if (!isPage) return reply.type('application/json; charset=utf-8').send(JSON.stringify(refused.body));
  const { loginPage } = await import('../../core/dashboard/login-page.ts');
  return reply.type('text/html; charset=utf-8').send(loginPage(refused.body));
}
