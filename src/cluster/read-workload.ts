import { fieldsOf } from '../core/json/fields-of.ts';
import { isObject } from '../core/json/is-object.ts';
import { podOfWorkload } from '../core/kubernetes/workload.ts';
import { DEPENDS_ON_ANNOTATION, parseDependsOn } from '../core/traffic/depends-on.ts';
import { readTrafficValues } from '../core/traffic/read-values.ts';
import { TRAFFIC_ANNOTATION } from '../core/traffic/traffic-service.ts';
import { readJson } from './read-json.ts';
import { isNamespaceName } from './read-namespace.ts';
import type { KubeTransport } from './transport.ts';

export interface WorkloadResource {
  readonly kind: string;
  readonly apiVersion: string;
  readonly plural: string;
  /** As kubectl takes it. */
  readonly names: readonly string[];
}

const resource = (kind: string, apiVersion: string, plural: string, short: string): WorkloadResource => ({
  kind,
  apiVersion,
  plural,
  names: [kind.toLowerCase(), plural, ...(short === '' ? [] : [short])],
});

/** Every kind whose pods Pillion decides about. */
export const WORKLOADS: readonly WorkloadResource[] = [
  resource('ReplicationController', 'v1', 'replicationcontrollers', 'rc'),
  resource('Deployment', 'apps/v1', 'deployments', 'deploy'),
  resource('ReplicaSet', 'apps/v1', 'replicasets', 'rs'),
  resource('StatefulSet', 'apps/v1', 'statefulsets', 'sts'),
  resource('DaemonSet', 'apps/v1', 'daemonsets', 'ds'),
  resource('Job', 'batch/v1', 'jobs', ''),
  resource('CronJob', 'batch/v1', 'cronjobs', 'cj'),
  resource('Pod', 'v1', 'pods', 'po'),
];

/** The kinds that can be read, as kubectl takes them. */
export const WORKLOAD_NAMES: readonly string[] = WORKLOADS.map(({ names: [name = ''] }) => name);

/** What is asked for, such as `deploy/web`. */
export interface WorkloadReference {
  readonly resource: WorkloadResource;
  readonly name: string;
}

/** The path below which the API server has this kind. */
export const rootOf = ({ apiVersion }: Pick<WorkloadResource, 'apiVersion'>): string =>
  apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`;

// what the API server takes as a name, and never another path
export const OBJECT_NAME = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;

/** The kind that a word means, as kubectl takes it: `deploy`, `Deployments`, `deployments.apps`. */
function resourceNamed(word: string): WorkloadResource | undefined {
  const [name = '', ...group] = word.toLowerCase().split('.');
  const ofGroup = group.join('.');
  return WORKLOADS.find(
    ({ names, apiVersion }) =>
      names.includes(name) && (ofGroup === '' || apiVersion === ofGroup || apiVersion.split('/')[0] === ofGroup),
  );
}

/** The workload that a text names; undefined where it names none of a known kind. */
export function parseWorkload(text: string): WorkloadReference | undefined {
  const [kind = '', name = '', ...more] = text.split('/');
  const found = resourceNamed(kind);
  return found === undefined || more.length > 0 || !OBJECT_NAME.test(name) ? undefined : { resource: found, name };
}

/**
 * Reads a workload, its namespace, and the Services that may say something about its traffic: those of its namespace and of the namespaces
 * that it names.
 * @returns the objects as the API server has them, the workload first; undefined where there is no such workload
 * @throws ApiError, ClusterUnreachable, TimeoutError
 */
export async function readWorkload(
  transport: KubeTransport,
  { resource: { apiVersion, kind, plural }, name }: WorkloadReference,
  namespace: string,
): Promise<readonly object[] | undefined> {
  if (!isNamespaceName(namespace)) return undefined;
  const workload = await readJson<object>(
    transport,
    `${rootOf({ apiVersion })}/namespaces/${namespace}/${plural}/${name}`,
  );
  if (workload === undefined) return undefined;
  const object = { apiVersion, kind, ...workload };
  return [object, ...(await surroundingsOf(transport, namespace, namesOf(object)))];
}

/**
 * Reads a namespace, and the Services that may say something about the traffic of its pods: its own, and those of the namespaces that these
 * and `references` name.
 * @throws ApiError, ClusterUnreachable, TimeoutError
 */
async function surroundingsOf(
  transport: KubeTransport,
  namespace: string,
  references: readonly string[],
): Promise<readonly object[]> {
  const servicesOf = async (one: string) =>
    (
      (await readJson<{ readonly items: readonly object[] }>(transport, `/api/v1/namespaces/${one}/services`))?.items ??
      []
    )
      .filter(speaks)
      .map((service) => ({ apiVersion: 'v1', kind: 'Service', ...service }));
  const [own, services] = await Promise.all([
    readJson<object>(transport, `/api/v1/namespaces/${namespace}`),
    servicesOf(namespace),
  ]);
  const called = [...references, ...services.flatMap(calledBy)].flatMap((reference) =>
    reference.split('/').slice(0, -1),
  );
  const others = [...new Set(called)].filter((other) => other !== namespace && isNamespaceName(other));
  return [
    ...(own === undefined ? [] : [{ apiVersion: 'v1', kind: 'Namespace', ...own }]),
    ...services,
    ...(await Promise.all(others.map(servicesOf))).flat(),
  ];
}

const annotationOf = (metadata: unknown, key: string): string | undefined => {
  const { annotations } = fieldsOf(metadata);
  const text = isObject(annotations) && Object.hasOwn(annotations, key) ? annotations[key] : undefined;
  return typeof text === 'string' ? text : undefined;
};

/** Whether a Service says something about its traffic. */
export const speaks = (service: object): boolean =>
  annotationOf(fieldsOf(service).metadata, TRAFFIC_ANNOTATION) !== undefined;

/** The Services that a workload’s pods say they call. */
const namesOf = (workload: object): readonly string[] =>
  parseDependsOn(annotationOf(fieldsOf(podOfWorkload(workload)?.pod).metadata, DEPENDS_ON_ANNOTATION) ?? '') ?? [];

/** The Services that the pods of a Service call, as its own values say. */
function calledBy(service: object): readonly string[] {
  const read = readTrafficValues(annotationOf(fieldsOf(service).metadata, TRAFFIC_ANNOTATION) ?? '', '');
  return 'value' in read ? (read.value.dependsOn ?? []) : [];
}
