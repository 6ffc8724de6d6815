import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { issueSelfSigned } from '../../../src/cluster/certificates/self-signed.ts';
import { connect } from '../../../src/cluster/connect.ts';
import type { KubeTransport } from '../../../src/cluster/transport.ts';

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export type Handler = (request: SeenRequest, response: ServerResponse) => void;

/** An HTTPS server that answers as a test says: for the faults that a real API server cannot be made to show. */
export interface FakeApiServer {
  readonly transport: KubeTransport;
  readonly kubeconfig: string;
  readonly seen: SeenRequest[];
  /** Answers the next requests, one handler each; the last one stays for all that follow. */
  script(...handlers: Handler[]): void;
  /** Cuts every connection, as a network does. */
  cut(): void;
  close(): Promise<void>;
}

export async function fakeApiServer(): Promise<FakeApiServer> {
  const { pair, authority } = await issueSelfSigned({ names: ['127.0.0.1'], now: new Date() });
  let handlers: Handler[] = [];
  const seen: SeenRequest[] = [];
  const server = createServer({ cert: pair.certificate, key: pair.key }, async (incoming, response) => {
    let body = '';
    for await (const chunk of incoming) body += String(chunk);
    const url = new URL(incoming.url ?? '', 'https://fake');
    const { method = '', headers } = incoming;
    const request = { method, path: url.pathname, query: url.searchParams, headers, body };
    seen.push(request);
    const handler = handlers.length > 1 ? handlers.shift() : handlers[0];
    handler?.(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const folder = await mkdtemp(join(tmpdir(), 'pillion-kubeconfig-'));
  const kubeconfig = join(folder, 'config');
  await writeFile(kubeconfig, kubeconfigFor((server.address() as AddressInfo).port, authority));
  const transport = await connect({ kubeconfig });
  return {
    transport,
    kubeconfig,
    seen,
    script: (...next) => {
      handlers = next;
    },
    cut: () => server.closeAllConnections(),
    close: async () => {
      transport.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true });
    },
  };
}

function kubeconfigFor(port: number, authority: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'fake',
    contexts: [{ name: 'fake', context: { cluster: 'fake', user: 'tester' } }],
    clusters: [
      {
        name: 'fake',
        cluster: {
          server: `https://127.0.0.1:${port}`,
          'certificate-authority-data': Buffer.from(authority).toString('base64'),
        },
      },
    ],
    users: [{ name: 'tester', user: { token: 'secret-of-the-test' } }],
  });
}

/** Answers with JSON. */
export const json =
  (body: unknown, status = 200): Handler =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };

/** Answers as the API server says no. */
export const status = (code: number, reason: string, message = reason): Handler =>
  json({ kind: 'Status', status: 'Failure', code, reason, message }, code);

/** One page of namespaces by name, each with these labels. */
export const page = (names: readonly string[], resourceVersion: string, next?: string, labels = {}): Handler =>
  json({
    kind: 'PartialObjectMetadataList',
    metadata: { resourceVersion, ...(next ? { continue: next } : {}) },
    items: names.map((name) => ({ metadata: { name, resourceVersion: '1', labels } })),
  });

/** The line of a watch event for one namespace. */
export const line = (type: string, name: string, resourceVersion: string, labels = {}): string =>
  `${JSON.stringify({ type, object: { metadata: { name, resourceVersion, labels } } })}\n`;

/** A watch that sends these pieces and then ends, hangs or breaks. */
export const watching =
  (pieces: readonly string[], then: 'ends' | 'hangs' | 'breaks' = 'hangs'): Handler =>
  (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    for (const piece of pieces) response.write(piece);
    if (then === 'ends') response.end();
    if (then === 'breaks') setImmediate(() => response.destroy());
  };
