import { askOf } from '../../core/decision/opt-in/ask.ts';
import type { Namespace } from '../../core/kubernetes/namespace.ts';
import type { Pod } from '../../core/kubernetes/pod.ts';
import type { ActivePolicy } from '../../core/policy/active-policy.ts';
import { ANNOTATIONS } from '../../core/sidecar/names.ts';
import { pagedList } from '../paged-list.ts';
import type { KubeTransport } from '../transport.ts';

/** A pod that asks, and carries no sign of a sidecar. */
export interface BarePod {
  readonly namespace: Namespace;
  readonly name: string;
}

const LISTED_WITHIN_MS = 60_000;

const RUNNING = 'status.phase!=Succeeded,status.phase!=Failed';

/**
 * The pods of these namespaces that ask by a mark and carry no sign of a sidecar.
 * @throws ApiError, ClusterUnreachable, TimeoutError
 */
export async function barePods(
  transport: KubeTransport,
  namespaces: readonly Namespace[],
  { spec }: ActivePolicy,
): Promise<readonly BarePod[]> {
  const open = new Map(namespaces.map((namespace) => [namespace.name, namespace]));
  const found: BarePod[] = [];
  const signal = AbortSignal.timeout(LISTED_WITHIN_MS);
  await pagedList(
    transport,
    '/api/v1/pods',
    signal,
    (metadata) => {
      const namespace = open.get(metadata.namespace ?? '');
      if (namespace === undefined || metadata.deletionTimestamp !== undefined) return;
      if (Object.hasOwn(metadata.annotations ?? {}, ANNOTATIONS.status)) return;
      const { says } = askOf({ metadata } as unknown as Pod, spec.optIn.podKey);
      if (says === 'yes' || (says === 'nothing' && spec.optIn.autoInject === 'enabled'))
        found.push({ namespace, name: metadata.name });
    },
    { fieldSelector: RUNNING },
  );
  return found;
}
