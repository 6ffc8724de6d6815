import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { issueSelfSigned } from '../../src/cluster/certificates/self-signed.ts';
import { findEnvoy } from '../envoy/binary.ts';
import { onPath } from '../needs/executable.ts';
import { MissingNeed } from '../needs/missing-need.ts';
import type { Image, Images } from '../node/image.ts';
import { nodeImage } from '../node/node-image.ts';

const LIBRARIES = { '/usr/lib': '/usr/lib', '/lib64': '/lib64', '/lib': '/lib' };

/**
 * The images that pods of the lab can name, with or without a tag, and the program of this machine that each one is. A new one
 * is a line here.
 */
export const LAB_IMAGES: Readonly<Record<string, LabImage>> = {
  'envoyproxy/envoy': {
    is: 'the Envoy of the tests',
    layOut: async (folder) => program(folder, 'envoy', await findEnvoy()),
  },
  'pillion/redirect': { is: 'nft of this machine', layOut: async (folder) => program(folder, 'nft', await nftables()) },
  'lab/http': {
    is: 'HTTP/1.1, HTTP/2 and WebSocket on 8080; /status/N, /delay/MS, /bytes/N, /reset, /metrics, and ?delay=MS',
    layOut: (folder) => application(folder, ['http']),
  },
  'lab/tcp': {
    is: 'TCP: 9000 echo, 9001 server speaks first, 9002 server ends first; UDP: 9003 echo',
    layOut: (folder) => application(folder, ['tcp']),
  },
  'lab/https': { is: 'HTTPS on 8443, self-signed', layOut: (folder) => application(folder, ['https']) },
  'lab/grpc': {
    is: 'gRPC on 50051: lab.Echo/Say and lab.Echo/Chat, messages are plain text',
    layOut: (folder) => application(folder, ['grpc']),
  },
  'lab/all': {
    is: 'lab/http, lab/tcp, lab/https and lab/grpc in one',
    layOut: (folder) => application(folder, ['http', 'tcp', 'https', 'grpc']),
  },
  'lab/client': { is: 'nothing to call: it waits for lab exec', layOut: (folder) => application(folder, []) },
};

export interface LabImage {
  readonly is: string;
  layOut(folder: string): Promise<Image>;
}

/** Lays all of them, and `more`, out in a folder. */
export async function labImages(folder: string, more: Readonly<Record<string, LabImage>>): Promise<Images> {
  const laidOut = Object.entries({ ...LAB_IMAGES, ...more }).map(
    async ([name, { layOut }]) => [name, await layOut(join(folder, name))] as const,
  );
  return Object.fromEntries(await Promise.all(laidOut));
}

/** An image of one program of this machine. */
export async function program(folder: string, name: string, path: string): Promise<Image> {
  await mkdir(folder, { recursive: true });
  const inside = `/usr/local/bin/${name}`;
  return { root: folder, entrypoint: [inside], fromMachine: { ...LIBRARIES, [inside]: path } };
}

async function nftables(): Promise<string> {
  const path = await onPath('nft');
  if (path === undefined) throw new MissingNeed('nft', 'apt-get install nftables');
  return path;
}

async function application(folder: string, serves: readonly string[]): Promise<Image> {
  const { pair } = await issueSelfSigned({ names: ['lab'], now: new Date() });
  const files = { ...(await bundled()), 'tls.crt': pair.certificate, 'tls.key': pair.key };
  const image = await nodeImage(folder, files, ['/app/serve.mjs', ...serves]);
  return { ...image, fromMachine: { ...image.fromMachine, '/usr/local/bin/node': process.execPath } };
}

let bundles: Promise<Readonly<Record<string, string>>> | undefined;

/** The programs as single files: an image has no packages. */
function bundled(): Promise<Readonly<Record<string, string>>> {
  bundles ??= bundle();
  return bundles;
}

async function bundle(): Promise<Readonly<Record<string, string>>> {
  const { outputFiles } = await build({
    entryPoints: ['serve', 'call', 'load'].map((name) =>
      fileURLToPath(new URL(`./programs/${name}.mjs`, import.meta.url)),
    ),
    bundle: true,
    write: false,
    outdir: '/app',
    outExtension: { '.js': '.mjs' },
    platform: 'node',
    format: 'esm',
    // ws is CommonJS and asks for Node's own modules by require
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  return Object.fromEntries(outputFiles.map(({ path, text }) => [path.replace('/app/', ''), text]));
}
