import { fieldsOf } from '../../core/json/fields-of.ts';
import { metadataOf } from '../../core/kubernetes/metadata.ts';
import { controllerUidOf } from '../../core/kubernetes/owner.ts';
import { listObjects } from '../list-objects.ts';
import { rootOf, WORKLOADS } from '../read-workload.ts';
import { visitRunningPods } from '../running-pods.ts';
import type { KubeTransport } from '../transport.ts';

type Json = Readonly<Record<string, unknown>>;

/** What stands between a workload and its pods. */
const BETWEEN: ReadonlyMap<string, string> = new Map([
  ['Deployment', 'ReplicaSet'],
  ['CronJob', 'Job'],
]);

/**
 * Gives every running pod of a namespace to `visit`, page by page; pods that end are left out.
 * @throws ApiError, ClusterUnreachable, TimeoutError
 */
export async function visitPods(
  transport: KubeTransport,
  namespace: string,
  visit: (pod: Json) => void,
): Promise<void> {
  await visitRunningPods(transport, { only: namespace }, (item) => visit({ apiVersion: 'v1', kind: 'Pod', ...item }));
}

/**
 * Gives every running pod that a workload made to `visit`, known by the uids of controllers.
 * @throws ApiError, ClusterUnreachable, TimeoutError
 */
export async function visitPodsOf(transport: KubeTransport, workload: Json, visit: (pod: Json) => void): Promise<void> {
  const { namespace, uid } = metadataOf(workload);
  const makers = new Set([uid]);
  const between = WORKLOADS.find(({ kind }) => kind === BETWEEN.get(String(workload.kind)));
  if (between !== undefined)
    await listObjects(transport, `${rootOf(between)}/namespaces/${String(namespace)}/${between.plural}`, (item) => {
      if (controllerUidOf(metadataOf(item).ownerReferences) === uid) makers.add(metadataOf(item).uid);
    });
  await visitPods(transport, String(namespace), (pod) => {
    const controller = controllerUidOf(metadataOf(pod).ownerReferences);
    if (controller !== undefined && makers.has(controller)) visit(pod);
  });
}

/**
 * The workloads of a namespace that nothing of them makes itself: no ReplicaSet of a Deployment, no Job of a CronJob, no pod of either.
 * @throws ApiError, ClusterUnreachable, TimeoutError
 */
export async function workloadsIn(transport: KubeTransport, namespace: string, visit: (object: Json) => void) {
  for (const resource of WORKLOADS) {
    const { apiVersion, kind, plural } = resource;
    await listObjects(transport, `${rootOf(resource)}/namespaces/${namespace}/${plural}`, (item) => {
      if (controllerUidOf(metadataOf(item).ownerReferences) !== undefined) return;
      const { phase } = fieldsOf(item.status);
      if (kind === 'Pod' && (phase === 'Succeeded' || phase === 'Failed')) return;
      visit({ apiVersion, kind, ...item });
    });
  }
}
