import { isObject } from '../../core/json/is-object.ts';
import { metadataOf } from '../../core/kubernetes/metadata.ts';
import { readJson } from '../read-json.ts';
import { isNamespaceName } from '../read-namespace.ts';
import { OBJECT_NAME, rootOf, WORKLOADS } from '../read-workload.ts';
import type { KubeTransport } from '../transport.ts';

/** One step from an object up to what made it. */
export interface OwnerStep {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  /**
   * Whether it stands there with the uid that is told: anybody can write an owner on an object of their own. Kinds that are not known here are
   * not read.
   */
  readonly verified: 'yes' | 'no' | 'not-read';
}

/** The way up. */
export interface OwnerChain {
  readonly steps: readonly OwnerStep[];
  /** The first object of it, and the last: the object itself where there is none. */
  readonly maker: Readonly<Record<string, unknown>>;
  readonly top: Readonly<Record<string, unknown>>;
}

// a Deployment owns the ReplicaSet, a CronJob the Job; other operators nest a little deeper
const MOST_STEPS = 5;

/**
 * Follows the controllers of an object as far up as they can be read.
 * @throws ApiError, ClusterUnreachable, TimeoutError
 */
export async function ownerChain(
  transport: KubeTransport,
  object: Readonly<Record<string, unknown>>,
): Promise<OwnerChain> {
  const steps: OwnerStep[] = [];
  let [maker, top] = [object, object];
  while (steps.length < MOST_STEPS) {
    const { namespace, ownerReferences } = metadataOf(top);
    const controller = (Array.isArray(ownerReferences) ? ownerReferences : [])
      .filter(isObject)
      .find((reference) => reference.controller === true);
    if (controller === undefined) break;
    const { apiVersion, kind, name, uid } = controller as Readonly<Record<string, string>>;
    const step = { apiVersion: String(apiVersion), kind: String(kind), name: String(name) };
    const above = await read(transport, String(namespace), step);
    const stands = isObject(above) && metadataOf(above).uid === uid;
    steps.push({ ...step, verified: above === 'unknown kind' ? 'not-read' : stands ? 'yes' : 'no' });
    if (!stands) break;
    top = { apiVersion, kind, ...above };
    if (steps.length === 1) maker = top;
  }
  return { steps, maker, top };
}

async function read(
  transport: KubeTransport,
  namespace: string,
  { apiVersion, kind, name }: Pick<OwnerStep, 'apiVersion' | 'kind' | 'name'>,
): Promise<Record<string, unknown> | 'unknown kind' | undefined> {
  const resource = WORKLOADS.find((one) => one.kind === kind && one.apiVersion === apiVersion);
  if (resource === undefined) return 'unknown kind';
  if (!isNamespaceName(namespace) || !OBJECT_NAME.test(name)) return undefined;
  return await readJson(transport, `${rootOf(resource)}/namespaces/${namespace}/${resource.plural}/${name}`);
}
