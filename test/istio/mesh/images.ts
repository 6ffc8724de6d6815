import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { findEnvoy } from '../../envoy/binary.ts';
import type { Image, Images } from '../../node/image.ts';
import { nodeImage } from '../../node/node-image.ts';
import { findPeerPrograms, istioSources } from '../peer-programs.ts';
import { APPLICATION } from './application.ts';

export const ISTIOD_IMAGE = 'registry.example/istiod:1';
export const APPLICATION_IMAGE = 'registry.example/application:1';

const LIBRARIES = { '/usr/lib': '/usr/lib', '/lib64': '/lib64', '/lib': '/lib' };
const PROXY_USER = 1337;

/**
 * What the pods of a mesh run: real programs of Istio, a real Envoy, and an application.
 * @param proxyImage the name that the injected pods give their sidecar
 */
export async function meshImages(folder: string, proxyImage: string): Promise<Images> {
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
  return {
    // iptables lies in /usr/sbin
    [proxyImage]: image('pilot-agent', agent, { '/usr/local/bin/envoy': envoy, '/usr/sbin': '/usr/sbin' }),
    [ISTIOD_IMAGE]: image('pilot-discovery', discovery, {}),
    [APPLICATION_IMAGE]: await nodeImage(join(folder, 'application'), { 'application.mjs': APPLICATION }, [
      '/app/application.mjs',
    ]),
  };
}
