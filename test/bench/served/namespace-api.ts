import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { SelfSigned } from '../../../src/cluster/certificates/self-signed.ts';
import { NAMESPACE } from '../reviews.ts';

/** An API that knows namespaces, and that there are no Services. */
export interface NamespaceApi {
  /** A kubeconfig that leads to it. */
  readonly kubeconfig: string;
  close(): Promise<void>;
}

/**
 * Answers lists of `count` opted-in namespaces in pages, with the metadata that kube-apiserver sends, and watches on which nothing
 * happens. It stands in for an API server in the benchmark alone: in a real one 10,000 namespaces take minutes to make.
 */
export async function namespaceApi(count: number, { authority, pair }: SelfSigned): Promise<NamespaceApi> {
  const server = createServer({ cert: pair.certificate, key: pair.key }, (request, response) =>
    answer(request, response, count),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const encoded = Buffer.from(authority).toString('base64');
  const { port } = server.address() as AddressInfo;
  return {
    kubeconfig: JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [
        { name: 'bench', cluster: { server: `https://127.0.0.1:${port}`, 'certificate-authority-data': encoded } },
      ],
      users: [{ name: 'bench', user: {} }],
      contexts: [{ name: 'bench', context: { cluster: 'bench', user: 'bench' } }],
      'current-context': 'bench',
    }),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const RESOURCE_VERSION = '20000';

/** What there is, and how many of each: a server is ready when it has seen both. */
const lengths = (namespaces: number): ReadonlyMap<string, number> =>
  new Map([
    ['/api/v1/namespaces', namespaces],
    ['/api/v1/services', 0],
  ]);

function answer({ url = '/' }: IncomingMessage, response: ServerResponse, count: number): void {
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  response.setHeader('content-type', 'application/json');
  const length = lengths(count).get(pathname);
  if (length === undefined) {
    response.writeHead(404).end(JSON.stringify({ kind: 'Status', apiVersion: 'v1', code: 404, reason: 'NotFound' }));
    return;
  }
  // a watch stays open: nothing happens on it
  if (searchParams.has('watch')) return void response.flushHeaders();
  const first = Number(searchParams.get('continue') ?? 0);
  const end = Math.min(length, first + Number(searchParams.get('limit') ?? length));
  const metadata = { resourceVersion: RESOURCE_VERSION, ...(end < length ? { continue: String(end) } : {}) };
  const items = Array.from({ length: end - first }, (_, index) => ({ metadata: metadataOf(first + index) }));
  response.end(JSON.stringify({ kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1', metadata, items }));
}

function metadataOf(index: number): object {
  const name = index === 0 ? NAMESPACE : `squad-${index}`;
  return {
    name,
    uid: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
    resourceVersion: String(10_000 + index),
    creationTimestamp: '2026-01-01T00:00:00Z',
    labels: { 'istio-injection': 'enabled', 'kubernetes.io/metadata.name': name, team: `team-${index % 300}` },
    annotations: { 'contact.example.com/mail': `team-${index % 300}@example.com` },
  };
}
