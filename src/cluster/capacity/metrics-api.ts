import type { ProxyUse } from '../../core/capacity/recommended.ts';
import { itemsOf } from '../../core/compatibility/fit-object.ts';
import { asText } from '../../core/json/as-text.ts';
import { fieldsOf } from '../../core/json/fields-of.ts';
import { metadataOf } from '../../core/kubernetes/metadata.ts';
import { quantityValue } from '../../core/kubernetes/quantity.ts';
import { SIDECAR } from '../../core/sidecar/names.ts';
import { ApiError } from '../api-error.ts';
import { readJson } from '../read-json.ts';
import type { KubeTransport } from '../transport.ts';

// forbidden, or the metrics server is there and does not answer
const NO_ANSWER: ReadonlySet<number> = new Set([403, 503]);

/**
 * What sidecars use at this moment, by the metrics API; undefined where it is not served.
 * @throws ApiError, ClusterUnreachable, TimeoutError
 */
export async function useFromMetricsApi(transport: KubeTransport): Promise<readonly ProxyUse[] | undefined> {
  try {
    const list = await readJson<object>(transport, '/apis/metrics.k8s.io/v1beta1/pods');
    return list && itemsOf(fieldsOf(list).items).flatMap((item) => useOf(item) ?? []);
  } catch (error) {
    if (error instanceof ApiError && NO_ANSWER.has(error.status)) return undefined;
    throw error;
  }
}

/** What the sidecar of a PodMetrics object uses; undefined for a pod without one. */
function useOf(podMetrics: object): ProxyUse | undefined {
  const sidecar = itemsOf(fieldsOf(podMetrics).containers).find(({ name }) => name === SIDECAR);
  const usage = fieldsOf(sidecar?.usage);
  const { namespace, name } = metadataOf(podMetrics);
  const memory = quantityValue(asText(usage.memory));
  if (memory === undefined) return undefined;
  return { namespace: asText(namespace), pod: asText(name), cpu: quantityValue(asText(usage.cpu)), memory };
}
