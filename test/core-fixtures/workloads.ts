import type { Json } from './pods.ts';

const RESOURCES: Readonly<Record<string, readonly [group: string, resource: string]>> = {
  Deployment: ['apps', 'deployments'],
  ReplicaSet: ['apps', 'replicasets'],
  StatefulSet: ['apps', 'statefulsets'],
  DaemonSet: ['apps', 'daemonsets'],
  ReplicationController: ['', 'replicationcontrollers'],
  Job: ['batch', 'jobs'],
  CronJob: ['batch', 'cronjobs'],
  Pod: ['', 'pods'],
};

export interface WorkloadShape {
  readonly kind: string;
  readonly name?: string;
  readonly metadata?: Json;
  readonly templateMetadata?: Json;
  readonly podSpec?: Json;
}

/** A workload of any kind that makes pods from a template. */
export function workload({ kind, name = 'web', metadata = {}, templateMetadata = {}, podSpec }: WorkloadShape): Json {
  const [group] = RESOURCES[kind] ?? [''];
  const labels = { app: name, ...(templateMetadata.labels as Json | undefined) };
  const template = {
    metadata: { ...templateMetadata, labels },
    spec: { containers: [{ name: 'web', image: 'registry.example/web:1' }], ...podSpec },
  };
  const spec = kind === 'CronJob' ? { schedule: '0 3 * * *', jobTemplate: { spec: { template } } } : { template };
  return {
    apiVersion: group === '' ? 'v1' : `${group}/v1`,
    kind,
    metadata: { name, namespace: 'shop', uid: `uid-of-${name}`, ...metadata },
    spec,
  };
}

/** The review that an API server sends for a workload. */
export function workloadReview(
  object: Json,
  { oldObject = null, user = 'alice', uid = 'applied' }: { oldObject?: Json | null; user?: string; uid?: string } = {},
): Json {
  const [group, resource] = RESOURCES[String(object.kind)] ?? ['', ''];
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid,
      resource: { group, version: 'v1', resource },
      namespace: 'shop',
      name: String((object.metadata as Json).name),
      operation: oldObject === null ? 'CREATE' : 'UPDATE',
      userInfo: { username: user, groups: ['developers'] },
      object,
      oldObject,
      dryRun: false,
    },
  };
}
