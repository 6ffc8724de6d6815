import { ownValue } from '../../core/kubernetes/pod.ts';
import { ANNOTATIONS } from '../../core/sidecar/names.ts';
import { DEPENDS_ON_ANNOTATION, parseDependsOn } from '../../core/traffic/depends-on.ts';
import { PROBE_LABELS } from '../../core/verification/probe-pod.ts';
import { ApiError } from '../api-error.ts';
import { pagedList } from '../paged-list.ts';
import type { KubeTransport } from '../transport.ts';

/** A pod that says it calls a Service, with what its sidecar runs on. */
export interface Caller {
  readonly pod: string;
  readonly configuration: string;
}

const RUNNING = 'status.phase!=Succeeded,status.phase!=Failed';
const NOT_A_PROBE = `app.kubernetes.io/name!=${PROBE_LABELS['app.kubernetes.io/name']}`;

/**
 * The pods of a namespace that name a Service and have a sidecar of Pillion’s own kind; undefined where they may not be read.
 * @param service as namespace/name
 * @throws ApiError, ClusterUnreachable, or the reason of `signal`
 */
export async function callersOf(
  transport: KubeTransport,
  namespace: string,
  service: string,
  signal: AbortSignal,
): Promise<readonly Caller[] | undefined> {
  const callers: Caller[] = [];
  const path = `/api/v1/namespaces/${namespace}/pods`;
  const selectors = { fieldSelector: RUNNING, labelSelector: NOT_A_PROBE };
  try {
    await pagedList(
      transport,
      path,
      signal,
      ({ name, annotations = {}, deletionTimestamp }) => {
        const configuration = ownValue(annotations, ANNOTATIONS.envoyConfig);
        const named = parseDependsOn(ownValue(annotations, DEPENDS_ON_ANNOTATION) ?? '') ?? [];
        const isCalled = named.some((one) => (one.includes('/') ? one : `${namespace}/${one}`) === service);
        if (configuration !== undefined && isCalled && deletionTimestamp === undefined)
          callers.push({ pod: name, configuration });
      },
      selectors,
    );
  } catch (error) {
    if (error instanceof ApiError && error.status === 403) return undefined;
    throw error;
  }
  return callers;
}
