import { readJson } from '../read-json.ts';
import type { KubeTransport } from '../transport.ts';

interface Deployment {
  readonly spec: {
    readonly template: {
      readonly spec: { readonly containers: readonly { readonly name: string; readonly image?: string }[] };
    };
  };
}

/** As the chart names the container that serves. */
const CONTAINER = 'pillion';

/**
 * The image that an installation runs; undefined when there is no such Deployment.
 * @throws ApiError, ClusterUnreachable, TimeoutError, or the reason of `signal`
 */
export async function installedImage(
  transport: KubeTransport,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  signal: AbortSignal,
): Promise<string | undefined> {
  const path = `/apis/apps/v1/namespaces/${encodeURIComponent(namespace)}/deployments/${encodeURIComponent(name)}`;
  const deployment = await readJson<Deployment>(transport, path, signal);
  return deployment?.spec.template.spec.containers.find((container) => container.name === CONTAINER)?.image;
}
