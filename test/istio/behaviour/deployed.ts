import { objectsIn } from '../../chart/helm-runs.ts';
import { corpusFiles, effectiveOf, namespaceOf } from '../../chart/mesh-standard/corpus.ts';
import { meshTemplate } from '../../chart/mesh-standard/mesh-chart.ts';
import { aroundService, type Manifest, makeNamespaces } from '../../chart/mesh-standard/surroundings.ts';
import type { PodWorker } from '../../node/pod-worker.ts';
import { byPillion } from '../injected-pods.ts';
import { applicationPod } from '../mesh/pods.ts';
import type { Behaviour } from './behaviour.ts';
import { reachesPods } from './in-force.ts';
import type { World } from './world.ts';

/** A service that callers reach, and what the chart makes for it, which is not there yet. */
export interface Deployed {
  readonly url: string;
  /** The pods of the service. */
  readonly own: readonly PodWorker[];
  /** Those, and then the others that its values name. */
  readonly pods: readonly PodWorker[];
  readonly objects: readonly Manifest[];
}

const files = new Map(corpusFiles().map((file) => [file.name, file]));

/** Runs the pods that a file of the corpus is about, and renders it with Helm. */
export async function deployed(world: World, behaviour: Behaviour): Promise<Deployed> {
  const { pods = { v1: 1 }, others = [], withoutSidecar } = behaviour;
  const file = files.get(behaviour.file);
  if (file === undefined) throw new Error(`the corpus has no file ${behaviour.file}`);
  // a file that is looked at twice has a namespace for each
  const namespace = withoutSidecar ? `${namespaceOf(file)}-outside` : namespaceOf(file);
  const values = effectiveOf(file);
  const { name, port } = values.service;
  const services = aroundService(namespace, values).filter(({ kind }) => kind === 'Service');
  await makeNamespaces(world.mesh.cluster.controlPlane, services, []);
  await world.mesh.apply(...services);
  const own = Object.entries(pods).flatMap(([version, count]) =>
    Array.from({ length: count }, (_, index) =>
      applicationPod(namespace, `${version}-${index}`, { labels: { app: name, version }, account: name }),
    ),
  );
  const named = others.map((other) => {
    const [at = '', leaf = ''] = other.split('/');
    return applicationPod(at, leaf);
  });
  const inject = withoutSidecar ? undefined : byPillion;
  const [objects, ...running] = await Promise.all([
    rendered(file.path, namespace),
    ...[...own, ...named].map((pod) => world.mesh.run(pod, inject)),
  ]);
  for (const service of services) {
    const behind = running.filter(({ pod }) => pod.metadata?.labels?.app === service.metadata.name);
    await reachesPods(world, service, behind);
  }
  return { url: `http://${name}.${namespace}:${port}`, own: running.slice(0, own.length), pods: running, objects };
}

async function rendered(path: string, namespace: string): Promise<readonly Manifest[]> {
  const { code, stdout, stderr } = await meshTemplate(4, ['-f', path, '-n', namespace]);
  if (code !== 0) throw new Error(`${path}: ${stderr}`);
  return objectsIn(stdout) as readonly Manifest[];
}
