import type { Json } from './peer.ts';

interface Template extends Json {
  readonly metadata?: Json;
  readonly spec: Json;
}

const TEMPLATE = ['spec', 'template'];
/** Where the pod template of each kind stands that Istio’s harness injects. */
const TEMPLATES: ReadonlyMap<unknown, readonly string[]> = new Map<unknown, readonly string[]>([
  ['Pod', []],
  ['CronJob', ['spec', 'jobTemplate', 'spec', 'template']],
  ...['DaemonSet', 'Deployment', 'DeploymentConfig', 'Job', 'ReplicaSet', 'ReplicationController', 'StatefulSet'].map(
    (kind): [string, readonly string[]] => [kind, TEMPLATE],
  ),
]);

/**
 * The pod of a workload with the metadata that Istio’s harness gives it in the place of a controller (pkg/kube/inject/webhook_test.go,
 * objectToPod): the workload owns it, and a Deployment does so by a ReplicaSet that is called `fake`.
 * @returns undefined for an object that makes no pods
 */
export function workloadPod(object: Json): Json | undefined {
  const way = TEMPLATES.get(object.kind);
  if (way === undefined) return undefined;
  if (object.kind === 'Pod') return object;
  const { metadata = {}, spec } = way.reduce((at, key) => at[key] as Json, object) as Template;
  const { name } = object.metadata as { name: string };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, ...ownedBy(object, name, metadata) }, spec };
}

function ownedBy({ apiVersion, kind }: Json, name: string, { labels }: Json): Json {
  const owner = (owning: Json) => ({ ownerReferences: [{ ...owning, uid: '', controller: true }] });
  if (kind !== 'Deployment') return { generateName: name, ...owner({ apiVersion, kind, name }) };
  const replicaSet = `${name}-fake`;
  return {
    generateName: `${replicaSet}-`,
    labels: { ...(labels as Json | undefined), 'pod-template-hash': 'fake' },
    ...owner({ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: replicaSet }),
  };
}
