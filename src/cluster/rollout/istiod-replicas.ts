import { itemsOf } from '../../core/compatibility/fit-object.ts';
import { fieldsOf } from '../../core/json/fields-of.ts';
import { metadataOf } from '../../core/kubernetes/metadata.ts';
import { quantityValue } from '../../core/kubernetes/quantity.ts';
import type { IstiodReplica } from '../../core/rollout/gates/gate-scope.ts';
import { listObjects } from '../list-objects.ts';
import { RUNNING } from '../read-pods.ts';
import type { KubeTransport } from '../transport.ts';

/** As Istio’s chart labels its pods and names their container, in whatever revision. */
const LABELLED = 'app=istiod';
const CONTAINER = 'discovery';

/**
 * The replicas of istiod, of all its revisions.
 * @throws ApiError, ClusterUnreachable, TimeoutError, or the reason of `signal`
 */
export async function istiodReplicas(
  transport: KubeTransport,
  signal?: AbortSignal,
): Promise<readonly IstiodReplica[]> {
  const replicas: IstiodReplica[] = [];
  const options = { labelSelector: LABELLED, fieldSelector: RUNNING, ...(signal && { signal }) };
  await listObjects(transport, '/api/v1/pods', (pod) => replicas.push(replicaOf(pod)), options);
  return replicas;
}

function replicaOf(pod: object): IstiodReplica {
  const { namespace, name } = metadataOf(pod);
  const { spec, status } = fieldsOf(pod);
  const container = itemsOf(fieldsOf(spec).containers).find((one) => one.name === CONTAINER);
  const { cpu, memory } = fieldsOf(fieldsOf(fieldsOf(container).resources).requests);
  return {
    namespace: String(namespace),
    pod: String(name),
    isReady: itemsOf(fieldsOf(status).conditions).some(({ type, status: is }) => type === 'Ready' && is === 'True'),
    cpuRequest: amount(cpu),
    memoryRequest: amount(memory),
  };
}

const amount = (text: unknown): number | undefined => (typeof text === 'string' ? quantityValue(text) : undefined);
