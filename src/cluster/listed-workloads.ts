import { fieldsOf } from '../core/json/fields-of.ts';
import { isObject } from '../core/json/is-object.ts';
import { metadataOf } from '../core/kubernetes/metadata.ts';
import { asSent } from '../core/running/as-sent.ts';
import { type ListingOptions, listObjects } from './list-objects.ts';
import { rootOf, WORKLOADS } from './read-workload.ts';
import type { KubeTransport } from './transport.ts';

type Json = Readonly<Record<string, unknown>>;

/** How workloads are listed. */
interface WorkloadListing extends Pick<ListingOptions, 'pageSize' | 'signal'> {
  /** Kinds that are left out. */
  readonly without?: readonly string[];
}

/**
 * Lists every workload that nobody else made, and every pod that belongs to none, and gives each to `visit`, as its author sent it. Page by
 * page: a cluster may hold more than fits into memory.
 * @param namespace undefined for all
 * @param options which kinds; all of them unless told
 * @throws ApiError, ClusterUnreachable, TimeoutError
 */
export async function listWorkloads(
  transport: KubeTransport,
  namespace: string | undefined,
  visit: (object: unknown) => void,
  { without = [], ...listing }: WorkloadListing = {},
): Promise<void> {
  const within = namespace === undefined ? '' : `/namespaces/${namespace}`;
  for (const resource of WORKLOADS) {
    const { apiVersion, kind, plural } = resource;
    if (without.includes(kind)) continue;
    const take = (item: Json) => {
      const object = { apiVersion, kind, ...item };
      if (isMadeFromListed(object) || hasEnded(object)) return;
      visit(kind === 'Pod' ? asSent(object) : object);
    };
    await listObjects(transport, `${rootOf(resource)}${within}/${plural}`, take, listing);
  }
}

const LISTED: ReadonlySet<string> = new Set(WORKLOADS.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`));

/** Whether a workload that is listed itself makes the object, so that the pods would be counted twice. */
function isMadeFromListed(object: Json): boolean {
  const { ownerReferences } = metadataOf(object);
  const listed: readonly unknown[] = Array.isArray(ownerReferences) ? ownerReferences : [];
  return listed
    .filter(isObject)
    .some(({ controller, apiVersion, kind }) => controller === true && LISTED.has(`${apiVersion} ${kind}`));
}

/** A pod that has run to its end, and what an owner of another kind keeps of its former templates. */
function hasEnded(object: Json): boolean {
  const { phase } = fieldsOf(object.status);
  if (object.kind === 'Pod') return phase === 'Succeeded' || phase === 'Failed';
  return fieldsOf(object.spec).replicas === 0 && Array.isArray(metadataOf(object).ownerReferences);
}
