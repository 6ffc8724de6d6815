import { hash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { stringify } from 'yaml';

/** Archives of charts, where Helm pulls them from: a chart repository, and an OCI registry, both without TLS. */
export interface ChartServer {
  /** As 127.0.0.1:PORT. */
  readonly address: string;
  stop(): void;
}

interface Archive {
  readonly name: string;
  readonly version: string;
  readonly content: Buffer;
}

const sha256 = (content: Buffer): string => `sha256:${hash('sha256', content, 'hex')}`;
const CONFIG = Buffer.from('{}');
const LAYER = 'application/vnd.cncf.helm.chart.content.v1.tar+gzip';
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';

/** The manifest of a chart in a registry: https://helm.sh/docs/topics/registries/ */
function manifestOf({ content }: Archive): Buffer {
  const blob = (mediaType: string, data: Buffer) => ({ mediaType, digest: sha256(data), size: data.length });
  const config = blob('application/vnd.cncf.helm.config.v1+json', CONFIG);
  return Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: MANIFEST, config, layers: [blob(LAYER, content)] }));
}

/** Serves archives: the repository at /, the registry as oci://ADDRESS/NAME. */
export async function chartServer(archives: readonly Archive[]): Promise<ChartServer> {
  const answers = new Map<string, { readonly type: string; readonly body: Buffer }>();
  const entries: Record<string, object[]> = {};
  for (const archive of archives) {
    const { name, version, content } = archive;
    const file = `${name}-${version}.tgz`;
    entries[name] = [...(entries[name] ?? []), { apiVersion: 'v2', name, version, urls: [file] }];
    const manifest = { type: MANIFEST, body: manifestOf(archive) };
    answers.set(`/${file}`, { type: 'application/gzip', body: content });
    answers.set(`/v2/${name}/manifests/${version}`, manifest);
    answers.set(`/v2/${name}/manifests/${sha256(manifest.body)}`, manifest);
    for (const body of [CONFIG, content])
      answers.set(`/v2/${name}/blobs/${sha256(body)}`, { type: 'application/octet-stream', body });
  }
  answers.set('/v2/', { type: 'application/json', body: CONFIG });
  answers.set('/index.yaml', { type: 'text/yaml', body: Buffer.from(stringify({ apiVersion: 'v1', entries })) });
  const server = createServer(({ url = '', method }, response) => {
    const answer = answers.get(url);
    if (answer === undefined) return response.writeHead(404).end();
    const { type, body } = answer;
    response.writeHead(200, {
      'content-type': type,
      'content-length': body.length,
      'docker-content-digest': sha256(body),
    });
    return response.end(method === 'HEAD' ? undefined : body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
