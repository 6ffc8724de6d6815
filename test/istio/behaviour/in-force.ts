import type { Manifest } from '../../chart/mesh-standard/surroundings.ts';
import { eventually } from '../../cluster/eventually.ts';
import type { PodWorker } from '../../node/pod-worker.ts';
import type { Message } from '../configured/discovery.ts';
import { hostOf } from '../configured/wanted/routes.ts';
import type { Mesh } from '../mesh/mesh.ts';
import type { World } from './world.ts';

/** Resolves when a caller’s sidecar sends requests to every pod of a service. */
export async function reachesPods(
  { mesh, caller }: World,
  service: Manifest,
  pods: readonly PodWorker[],
): Promise<void> {
  const { name, namespace } = service.metadata;
  const host = hostOf(name, namespace);
  await eventually(`the caller knows the pods of ${name}`, async () => {
    const lines = (await mesh.envoy(caller, '/clusters')).split('\n').filter((line) => line.includes(`||${host}::`));
    // istiod tells of a pod before it is ready too, and the sidecar then sends it nothing
    return pods.every(({ ip }) =>
      lines.some((line) => line.includes(`::${ip}:`) && line.endsWith('::health_flags::healthy')),
    );
  });
}

/**
 * Resolves when the proxies that these objects are about do what they say.
 * @param pods those of the service
 */
export async function areInForce(
  world: World,
  objects: readonly Manifest[],
  pods: readonly PodWorker[],
): Promise<void> {
  for (const { kind, metadata, spec } of objects) {
    const word = WORDS.get(kind);
    if (word === undefined) continue;
    // istiod writes into a cluster or a route which object it comes from
    const mark = `/namespaces/${metadata.namespace}/${word}/${metadata.name}"`;
    for (const proxy of proxiesFor(spec as Spec, world, pods))
      await eventually(`${kind} ${metadata.name} is in force at ${proxy.name}`, async () =>
        (await inUse(world.mesh, proxy)).includes(mark),
      );
  }
}

const WORDS = new Map([
  ['VirtualService', 'virtual-service'],
  ['DestinationRule', 'destination-rule'],
]);

interface Spec {
  readonly gateways?: readonly string[];
  readonly trafficPolicy?: object;
}

/** Who calls, or lets calls in; and the pods themselves, which have the limits of a trafficPolicy too. */
function proxiesFor(
  { gateways = ['mesh'], trafficPolicy }: Spec,
  { caller, gateway }: World,
  pods: readonly PodWorker[],
) {
  const limited = trafficPolicy === undefined ? [] : pods.filter((pod) => pod.container('istio-proxy') !== undefined);
  return [gateways.includes('mesh') ? caller : gateway, ...limited];
}

/** The clusters and routes that an Envoy uses by now, and not those that still wait for their endpoints. */
async function inUse(mesh: Mesh, pod: PodWorker): Promise<string> {
  const { configs } = JSON.parse(await mesh.envoy(pod, '/config_dump')) as { readonly configs: readonly Message[] };
  return JSON.stringify(configs.map((part) => [part.dynamic_active_clusters, part.dynamic_route_configs]));
}
