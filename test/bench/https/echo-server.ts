// A process of its own: Fastify as it comes, which parses the JSON body, over the same protocol, with the same sizes and settings.
import type { AddressInfo } from 'node:net';
import fastify from 'fastify';
import { certificatePair } from '../../../src/cluster/certificates/certificate-source.ts';
import { ADMISSION_LIMITS } from '../../../src/server/admission/limits.ts';
import { secureServerOptions } from '../../../src/server/tls.ts';
import { obey } from './protocol.ts';

const importedMs = performance.now();

obey(async ({ certificate, key, constantAnswer }) => {
  const app = fastify({
    http2: true,
    https: secureServerOptions(certificatePair(certificate, key), ADMISSION_LIMITS),
    http2SessionTimeout: ADMISSION_LIMITS.idleMs,
    bodyLimit: ADMISSION_LIMITS.maxReviewBytes,
    logger: false,
  });
  app.post('/*', (_request, reply) => {
    reply.header('content-type', 'application/json; charset=utf-8').send(constantAnswer);
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  return { port, startedMs: { node: 0, imported: importedMs, ready: performance.now() } };
});
