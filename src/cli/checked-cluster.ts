import { listWorkloads } from '../cluster/listed-workloads.ts';
import { pagedList } from '../cluster/paged-list.ts';
import { readJson } from '../cluster/read-json.ts';
import { isNamespaceName } from '../cluster/read-namespace.ts';
import { readSurroundings } from '../cluster/read-surroundings.ts';
import { rootOf, speaks, type WorkloadReference } from '../cluster/read-workload.ts';
import type { KubeTransport } from '../cluster/transport.ts';
import type { ExplainContext } from '../core/admission/decided-workloads.ts';
import { type CheckedWorkload, checkWorkloads } from '../core/compatibility/checked-workloads.ts';
import type { Asked } from '../core/compatibility/compatibility.ts';
import { type FitObject, fitObjectOf } from '../core/compatibility/fit-object.ts';
import { fieldsOf } from '../core/json/fields-of.ts';
import { isoDay } from '../core/json/iso-time.ts';
import { manifestObjects } from '../core/kubernetes/manifest-files.ts';
import { OfflineNamespaces } from '../core/namespaces/offline-namespaces.ts';
import { Fault } from '../core/problem/faults.ts';
import { problemLine } from '../core/problem/problem.ts';
import { readServices } from '../core/traffic/read-services.ts';
import { policyOfCluster } from './cluster-policy.ts';
import type { Environment } from './environment.ts';
import { activePolicy, type PolicyFlags } from './policy-sources.ts';
import { usage } from './webhook-address.ts';

/** What of a cluster is checked. */
export interface CheckedPart extends PolicyFlags {
  /** One workload; undefined for all. */
  readonly workload: WorkloadReference | undefined;
  /** Undefined for all. */
  readonly namespace: string | undefined;
  /** Of these only some, which may be none; all of them without it. */
  readonly covers?: (workload: FitObject) => boolean;
}

/** What is read of a cluster about workloads, and what they are checked under. */
export interface ReadPart {
  readonly workloads: readonly FitObject[];
  /** What stands beside them. */
  readonly around: readonly FitObject[];
  /** Kinds of what stands beside them that may not be read. */
  readonly hidden: readonly string[];
  readonly context: Pick<ExplainContext, 'policy' | 'namespaces' | 'services'>;
}

/**
 * Checks workloads of a cluster, under the policy that decides there unless another is named.
 * @throws Fault PIL001 to PIL004, ApiError, ClusterUnreachable, TimeoutError
 */
export async function checkCluster(
  transport: KubeTransport,
  part: CheckedPart,
  environment: Environment,
  isAsked: Asked,
): Promise<readonly CheckedWorkload[]> {
  const { workloads, around, context } = await readPart(transport, part, environment);
  return checkWorkloads([...workloads, ...around], context, isAsked);
}

/**
 * Reads workloads of a cluster with what stands around them, and the policy that decides there unless another is named. Workloads of protected
 * namespaces are left out.
 * @throws Fault PIL001 to PIL004, ApiError, ClusterUnreachable, TimeoutError
 */
export async function readPart(
  transport: KubeTransport,
  part: CheckedPart,
  environment: Environment,
): Promise<ReadPart> {
  const { namespace } = part;
  if (namespace !== undefined && !isNamespaceName(namespace)) throw usage(`${namespace} is no name of a namespace`);
  const named = part.policy !== undefined || part.profile !== undefined;
  const standing = named ? undefined : await policyOfCluster(transport, part, environment);
  if (!named && standing === undefined)
    environment.stderr(
      'the cluster has no InjectionPolicies, so the built-in policy counts; --policy FILE names another\n',
    );
  const policy = standing?.active ?? (await activePolicy(part, environment));
  const workloads = await workloadsOf(transport, part);
  const { objects, hidden } = await readSurroundings(transport, namespace);
  if (hidden.length > 0) environment.stderr(`not looked at, since they may not be read: ${hidden.join(', ')}\n`);
  const checked = workloads.filter(({ namespace: of }) => !policy.protectedNamespaces.has(of));
  if (checked.length < workloads.length)
    environment.stderr(`${workloads.length - checked.length} workloads of protected namespaces are left out\n`);
  const around = objects.flatMap((object) => fitObjectOf(object, '') ?? []);
  const context = {
    policy,
    namespaces: await namespacesOf(transport, namespace),
    services: servicesIn(objects, policy, environment),
  };
  return { workloads: checked, around, hidden, context };
}

async function workloadsOf(
  transport: KubeTransport,
  { workload, namespace, covers }: CheckedPart,
): Promise<FitObject[]> {
  const found: FitObject[] = [];
  const add = (object: unknown) => {
    const made = fitObjectOf(object, '');
    if (made !== undefined && (covers?.(made) ?? true)) found.push(made);
  };
  if (workload === undefined) await listWorkloads(transport, namespace, add);
  else {
    const { resource, name } = workload;
    const { apiVersion, kind, plural } = resource;
    const path = `${rootOf(resource)}/namespaces/${namespace}/${plural}/${name}`;
    const object = await readJson<object>(transport, path);
    if (object !== undefined) add({ apiVersion, kind, ...object });
  }
  if (found.length > 0 || covers !== undefined) return found;
  const what = workload === undefined ? 'workload' : `${workload.resource.kind} ${workload.name}`;
  const message = `there is no ${what}${namespace === undefined ? '' : ` in namespace ${namespace}`}`;
  throw new Fault('PIL004', [{ path: '', message }]);
}

/** One namespace is read alone: who may not list all of them may still check his own. */
async function namespacesOf(transport: KubeTransport, namespace: string | undefined): Promise<OfflineNamespaces> {
  const namespaces: object[] = [];
  const add = (object: object) => namespaces.push({ ...object, apiVersion: 'v1', kind: 'Namespace' });
  if (namespace === undefined)
    await pagedList(transport, '/api/v1/namespaces', AbortSignal.timeout(LISTED_WITHIN_MS), (metadata) =>
      add({ metadata }),
    );
  else add((await readJson<object>(transport, `/api/v1/namespaces/${namespace}`)) ?? {});
  return new OfflineNamespaces(namespaces, []);
}

// metadata of 10,000 namespaces takes a few seconds
const LISTED_WITHIN_MS = 120_000;

function servicesIn(
  objects: readonly object[],
  { trafficDefaults: company }: Awaited<ReturnType<typeof activePolicy>>,
  { now, stderr }: Environment,
) {
  const texts = objects
    .filter((object) => fieldsOf(object).kind === 'Service' && speaks(object))
    .map((object) => JSON.stringify(object, null, 2));
  const manifests = manifestObjects(texts.map((text) => ({ file: 'a Service of the cluster', text })));
  const { services, problems } = readServices(manifests, '', { company, today: isoDay(now()) });
  for (const problem of problems) stderr(`not accepted: ${problemLine(problem)}\n`);
  return services;
}
