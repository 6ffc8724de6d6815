import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { findEnvoy } from '../../envoy/binary.ts';
import { LAB_IMAGES } from '../../lab/images.ts';
import type { Image, Images } from '../../node/image.ts';
import { findPeerPrograms, istioSources } from '../peer-programs.ts';

export const ISTIOD_IMAGE = 'registry.example/istiod:1';
/** The server of the lab, which has its client beside it. */
export const APPLICATION_IMAGE = 'lab/http';
/** The same over TLS of its own. */
export const SECURE_IMAGE = 'lab/https';

const LIBRARIES = { '/usr/lib': '/usr/lib', '/lib64': '/lib64', '/lib': '/lib' };
const PROXY_USER = 1337;

/**
 * What the pods of a mesh run: real programs of Istio, a real Envoy, and an application.
 * @param proxyImages the names that pods give their proxy
 */
export async function meshImages(folder: string, proxyImages: Iterable<string>): Promise<Images> {
  const [{ 'pilot-agent': agent, 'pilot-discovery': discovery }, envoy, sources] = await Promise.all([
    findPeerPrograms(['pilot-agent', 'pilot-discovery']),
    findEnvoy(),
    istioSources(),
  ]);
  const root = join(folder, 'istio');
  const bootstrap = join(root, 'var/lib/istio/envoy');
  await mkdir(bootstrap, { recursive: true });
  await mkdir(join(root, 'tmp'));
  // the name under which Istio's Dockerfile puts it there
  const template = join(sources, 'tools/packaging/common/envoy_bootstrap.json');
  await copyFile(template, join(bootstrap, 'envoy_bootstrap_tmpl.json'));
  const image = (name: string, program: string, others: Readonly<Record<string, string>>): Image => ({
    root,
    entrypoint: [`/usr/local/bin/${name}`],
    user: PROXY_USER,
    fromMachine: { ...LIBRARIES, [`/usr/local/bin/${name}`]: program, ...others },
  });
  // iptables lies in /usr/sbin
  const proxy = image('pilot-agent', agent, { '/usr/local/bin/envoy': envoy, '/usr/sbin': '/usr/sbin' });
  return {
    ...Object.fromEntries([...proxyImages].map((name) => [name, proxy])),
    [ISTIOD_IMAGE]: image('pilot-discovery', discovery, {}),
    [APPLICATION_IMAGE]: await ofLab(APPLICATION_IMAGE, join(folder, 'application')),
    [SECURE_IMAGE]: await ofLab(SECURE_IMAGE, join(folder, 'secure')),
  };
}

async function ofLab(name: string, folder: string): Promise<Image> {
  const image = LAB_IMAGES[name];
  if (image === undefined) throw new Error(`the lab has no image ${name}`);
  return image.layOut(folder);
}
