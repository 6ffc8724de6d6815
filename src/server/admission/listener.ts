import type { Http2SecureServer } from 'node:http2';
import fastify, { type FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { CertificateSource } from '../../cluster/certificates/certificate-source.ts';
import type { Hook } from '../../core/admission/hook.ts';
import type { FaultLog } from '../../telemetry/fault-log.ts';
import type { Metrics } from '../../telemetry/metrics.ts';
import type { Clock } from '../clock.ts';
import { connectionsOf } from '../connections.ts';
import { secureContext, secureServerOptions } from '../tls.ts';
import type { Answer, Answerer } from './answerer.ts';
import { connectionFault, endFaulty } from './connection-faults.ts';
import type { AdmissionLimits } from './limits.ts';
import type { Observations } from './observations.ts';
import { type Received, Receiver } from './receive.ts';
import { internalFault, malformedRequest, type Refusal, wrongMethod, wrongPath } from './refusal.ts';
import { type ReviewReply, type ReviewRequest, sendRefusal, sendReview } from './reply.ts';
import { ADMISSION_ROUTES } from './routes.ts';

export interface AdmissionListenerOptions {
  readonly certificate: CertificateSource;
  readonly limits: AdmissionLimits;
  readonly answerer: Answerer;
  readonly observations: Observations;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly faults: FaultLog;
  readonly clock: Clock;
  /** While true, HTTP/1.1 callers are asked to close their connections. */
  readonly draining: () => boolean;
}

/** The HTTPS listener that API servers call, not yet listening. */
export interface AdmissionListener {
  readonly app: FastifyInstance<Http2SecureServer>;
  /** Cuts every connection. */
  destroyConnections(): void;
}

/** @throws Error when no TLS server can be made with the current certificate */
export function admissionListener(options: AdmissionListenerOptions): AdmissionListener {
  const { certificate, limits, metrics, faults } = options;
  const app = fastify({
    http2: true,
    https: secureServerOptions(certificate.current, limits),
    http2SessionTimeout: limits.idleMs,
    // calls on connections that are open keep being answered while the server closes
    return503OnClosing: false,
    logger: false,
    clientErrorHandler: (error, socket) => {
      const fault = connectionFault(error);
      metrics.admission.connectionFault(fault);
      endFaulty(socket, fault);
    },
    frameworkErrors: (error, request, reply) => refuse(options, request, reply, malformedRequest(error.message)),
  });

  routeReviews(app, options);
  const { server } = app;
  server.on('sessionError', () => metrics.admission.connectionFault('http2_session'));
  // the window of a whole connection, over all its streams
  server.on('session', (session) => session.setLocalWindowSize(CONNECTION_WINDOW_BYTES));
  const stopFollowing = certificate.onRenewed((pair) => server.setSecureContext(secureContext(pair)));
  app.addHook('onClose', async () => stopFollowing());
  app.setErrorHandler((err, request, reply) => {
    faults.report(err, 'a request failed outside of any decision; please report this fault');
    metrics.admission.internalError('internal-error');
    sendRefusal(request, reply, internalFault, options.draining());
  });
  return { app, destroyConnections: connectionsOf(server) };
}

const CONNECTION_WINDOW_BYTES = 8 * 1024 * 1024;

function routeReviews(app: FastifyInstance<Http2SecureServer>, options: AdmissionListenerOptions): void {
  const receiver = new Receiver(options.limits);
  app.addHook('onRequest', (request, reply, done) => {
    if (request.is404) return refuse(options, request, reply, wayOut(request.method, request.url));
    // whatever the caller says the body is, it is read as JSON; a wrong or missing type must not keep a pod from starting
    request.raw.headers['content-type'] = 'application/json';
    done();
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', (request, payload, done) => {
    const beganMs = options.clock.elapsedMs();
    receiver.receive(payload, Number(request.headers['content-length']), (received) => {
      const upload: Upload = { received, beganMs };
      done(null, upload);
    });
  });
  for (const [path, hook] of Object.entries(ADMISSION_ROUTES)) {
    app.post(path, (request, reply) => handleReview(options, hook, request, reply));
  }
}

interface Upload {
  readonly received: Received;
  readonly beganMs: number;
}

function handleReview(options: AdmissionListenerOptions, hook: Hook, request: ReviewRequest, reply: ReviewReply): void {
  const { received, beganMs } = request.body as Upload;
  if (received === 'aborted') {
    options.metrics.admission.rejected('aborted');
    reply.hijack();
    return;
  }
  if ('refusal' in received) {
    refuse(options, request, reply, received.refusal);
    return;
  }
  const { timeout } = request.query as { readonly timeout?: unknown };
  const answer = options.answerer.answer({
    bytes: received.bytes,
    hook,
    timeout: typeof timeout === 'string' ? timeout : undefined,
    beganMs,
  });
  if (answer instanceof Promise) {
    answer.then(
      (late) => finish(options, request, reply, late),
      (error) => reply.send(error),
    );
  } else finish(options, request, reply, answer);
}

function finish(options: AdmissionListenerOptions, request: ReviewRequest, reply: ReviewReply, answer: Answer): void {
  if ('refusal' in answer) {
    refuse(options, request, reply, answer.refusal);
    return;
  }
  sendReview(reply, answer.text, options.draining());
  options.observations.add(answer.outcome);
}

function refuse(options: AdmissionListenerOptions, request: ReviewRequest, reply: ReviewReply, refusal: Refusal): void {
  options.metrics.admission.rejected(refusal.cause);
  // at debug, because whoever can reach the port could fill the log otherwise; the counter tells that it happens
  // without its words, which may quote the body
  options.log.debug({ cause: refusal.cause, from: request.ip, url: request.url }, 'a request was turned away');
  sendRefusal(request, reply, refusal, options.draining());
}

function wayOut(method: string, url: string): Refusal {
  const path = url.split('?', 1)[0] as string;
  return Object.hasOwn(ADMISSION_ROUTES, path)
    ? wrongMethod(method, path)
    : wrongPath(path, Object.keys(ADMISSION_ROUTES));
}
