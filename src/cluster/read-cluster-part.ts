import type { ExplainContext } from '../core/admission/decided-workloads.ts';
import { type FitObject, fitObjectOf } from '../core/compatibility/fit-object.ts';
import { fieldsOf } from '../core/json/fields-of.ts';
import { isoDay } from '../core/json/iso-time.ts';
import { manifestObjects } from '../core/kubernetes/manifest-files.ts';
import { OfflineNamespaces } from '../core/namespaces/offline-namespaces.ts';
import type { ActivePolicy } from '../core/policy/active-policy.ts';
import { Fault } from '../core/problem/faults.ts';
import { problemLine } from '../core/problem/problem.ts';
import { readServices } from '../core/traffic/read-services.ts';
import { listWorkloads } from './listed-workloads.ts';
import { pagedList } from './paged-list.ts';
import { readJson } from './read-json.ts';
import { readSurroundings } from './read-surroundings.ts';
import { rootOf, speaks, type WorkloadReference } from './read-workload.ts';
import type { KubeTransport } from './transport.ts';

/** Which workloads of a cluster are read. */
export interface ClusterPart {
  /** One workload; undefined for all. */
  readonly workload: WorkloadReference | undefined;
  /** Undefined for all. */
  readonly namespace: string | undefined;
  /** Of these only some, which may be none; all of them without it. */
  readonly covers?: (workload: FitObject) => boolean;
}

/** Under what they are looked at. */
export interface PartReading {
  readonly policy: ActivePolicy;
  readonly now: Date;
  /** Hears what is left out, a sentence at a time. */
  readonly tell: (sentence: string) => void;
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
 * Reads workloads of a cluster with what stands around them. Workloads of protected namespaces are left out.
 * @throws Fault PIL004 where there are none, ApiError, ClusterUnreachable, TimeoutError
 */
export async function readClusterPart(
  transport: KubeTransport,
  part: ClusterPart,
  { policy, now, tell }: PartReading,
): Promise<ReadPart> {
  const { namespace } = part;
  const workloads = await workloadsOf(transport, part);
  const { objects, hidden } = await readSurroundings(transport, namespace);
  if (hidden.length > 0) tell(`not looked at, since they may not be read: ${hidden.join(', ')}`);
  const checked = workloads.filter(({ namespace: of }) => !policy.protectedNamespaces.has(of));
  if (checked.length < workloads.length)
    tell(`${workloads.length - checked.length} workloads of protected namespaces are left out`);
  const around = objects.flatMap((object) => fitObjectOf(object, '') ?? []);
  const context = {
    policy,
    namespaces: await namespacesOf(transport, namespace),
    services: servicesIn(objects, policy, now, tell),
  };
  return { workloads: checked, around, hidden, context };
}

async function workloadsOf(
  transport: KubeTransport,
  { workload, namespace, covers }: ClusterPart,
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
  { trafficDefaults: company }: ActivePolicy,
  now: Date,
  tell: PartReading['tell'],
) {
  const texts = objects
    .filter((object) => fieldsOf(object).kind === 'Service' && speaks(object))
    .map((object) => JSON.stringify(object, null, 2));
  const manifests = manifestObjects(texts.map((text) => ({ file: 'a Service of the cluster', text })));
  const { services, problems } = readServices(manifests, '', { company, today: isoDay(now) });
  for (const problem of problems) tell(`not accepted: ${problemLine(problem)}`);
  return services;
}
