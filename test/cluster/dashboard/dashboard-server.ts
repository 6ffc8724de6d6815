import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { CertificatePair } from '../../../src/cluster/certificates/certificate-source.ts';

/** What a replica of Pillion serves as its dashboard, as far as whoever opens it can tell. */
export interface DashboardServer {
  readonly address: string;
  /** Sends an event to every open stream. */
  send(event: string): void;
  /** How many streams are open. */
  streams(): number;
  /** After which id each stream that was ever opened was to go on. */
  readonly resumed: readonly (string | undefined)[];
  /** Ends the open streams, as a replica does that is restarted. */
  endStreams(): void;
  /** Breaks the open streams off. */
  breakOff(): void;
  stop(): void;
}

/** What it answers under some addresses, path and query. */
export type Answers = ReadonlyMap<string, { readonly status?: number; readonly body: unknown }>;

/** Serves a page, what it was asked (/api/v1/asked), a stream and what else is told, with a certificate of Pillion’s. */
export async function startDashboardServer(
  pair: CertificatePair,
  pod: string,
  answers: Answers = new Map(),
): Promise<DashboardServer> {
  const resumed: (string | undefined)[] = [];
  const streams = new Set<ServerResponse>();
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    if (request.url === '/') {
      response.setHeader('strict-transport-security', 'max-age=1');
      response.end(`<title>Pillion of ${pod}</title>`);
    } else if (answers.has(request.url ?? '')) {
      const { status = 200, body } = answers.get(request.url ?? '') ?? { body: '' };
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    } else if (request.url?.startsWith('/api/v1/decisions/stream')) {
      resumed.push(request.headers['last-event-id'] as string | undefined);
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
      streams.add(response);
      response.once('close', () => streams.delete(response));
    } else if (request.headers.authorization === 'Bearer expired') {
      response.writeHead(401, { 'content-type': 'application/json' }).end('{"what":"expired"}');
    } else {
      let body = '';
      for await (const chunk of request.setEncoding('utf8')) body += chunk;
      const { method, url, headers } = request;
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ pod, method, url, headers, body }));
    }
  };
  const server = createServer(
    { cert: pair.certificate, key: pair.key },
    (request, response) => void answer(request, response),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    send: (event) => {
      for (const stream of streams) stream.write(`${event}\n\n`);
    },
    streams: () => streams.size,
    resumed,
    endStreams: () => {
      for (const stream of streams) stream.end();
    },
    breakOff: () => {
      for (const stream of streams) stream.destroy();
    },
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
