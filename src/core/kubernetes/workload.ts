import { digest } from '../json/canonical.ts';
import { isObject } from '../json/is-object.ts';
import { metadataOf } from './metadata.ts';

/** A pod as its controller would create it, and where its template stands in the document. */
export interface WorkloadPod {
  readonly kind: string;
  readonly name: string;
  /** Undefined when the document names none, so that the caller’s default counts. */
  readonly namespace: string | undefined;
  /** The pod as it arrives at admission: metadata completed the way the controller does it. */
  readonly pod: Record<string, unknown>;
  /** The pod template as it stands; a bare pod is its own. */
  readonly template: Record<string, unknown>;
  /** JSON pointer to the pod template in the document; empty for a bare pod. */
  readonly templatePath: string;
  /** The labels and annotations of the workload itself, which nobody reads for opt-in. */
  readonly workloadMetadata: Record<string, unknown>;
}

interface Named {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
}

interface WorkloadKind {
  /** The API group of the kind; other groups have things of the same name, such as the Job of Volcano. */
  readonly group: string;
  readonly template: readonly string[];
  /** What the controller writes on the pods it creates. */
  complete(workload: Named, template: object): PodMetadata;
}

interface PodMetadata {
  readonly name?: string;
  readonly generateName?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly owner: Named;
}

const TEMPLATE = ['spec', 'template'];

const ownPods = (group: string): WorkloadKind => ({
  group,
  template: TEMPLATE,
  complete: (workload) => ({ generateName: `${workload.name}-`, labels: {}, owner: workload }),
});

const jobPods = (job: Named): PodMetadata => ({
  generateName: `${job.name}-`,
  labels: { 'batch.kubernetes.io/job-name': job.name, 'job-name': job.name },
  owner: job,
});

const KINDS: ReadonlyMap<string, WorkloadKind> = new Map([
  [
    'Deployment',
    {
      group: 'apps',
      template: TEMPLATE,
      complete: ({ apiVersion, name }, template) => {
        const hash = digest(JSON.stringify(template)).slice(0, 10);
        return {
          generateName: `${name}-${hash}-`,
          labels: { 'pod-template-hash': hash },
          owner: { apiVersion, kind: 'ReplicaSet', name: `${name}-${hash}` },
        };
      },
    },
  ],
  ['ReplicaSet', ownPods('apps')],
  ['ReplicationController', ownPods('')],
  ['DaemonSet', ownPods('apps')],
  [
    'StatefulSet',
    {
      group: 'apps',
      template: TEMPLATE,
      complete: (workload) => ({
        name: `${workload.name}-0`,
        labels: { 'apps.kubernetes.io/pod-index': '0', 'statefulset.kubernetes.io/pod-name': `${workload.name}-0` },
        owner: workload,
      }),
    },
  ],
  ['Job', { group: 'batch', template: TEMPLATE, complete: jobPods }],
  [
    'CronJob',
    {
      group: 'batch',
      template: ['spec', 'jobTemplate', 'spec', 'template'],
      // the controller appends the scheduled time in minutes since 1970; any eight digits name some minute
      complete: ({ apiVersion, name }) => jobPods({ apiVersion, kind: 'Job', name: `${name}-28000000` }),
    },
  ],
]);

/**
 * The pod that a workload would create.
 * @param document one Kubernetes object
 * @returns undefined for an object that creates no pods, as one of another API group, or whose template is not there
 */
export function podOfWorkload(document: unknown): WorkloadPod | undefined {
  if (!isObject(document) || typeof document.kind !== 'string') return undefined;
  const metadata = metadataOf(document);
  const name = textOf(metadata.name) ?? textOf(metadata.generateName) ?? '';
  const namespace = textOf(metadata.namespace);
  const { kind } = document;
  const common = { kind, name, namespace, workloadMetadata: metadata };
  const apiVersion = textOf(document.apiVersion);
  if (kind === 'Pod' && isOfGroup('', apiVersion))
    return { ...common, pod: document, template: document, templatePath: '' };
  const workloadKind = KINDS.get(kind);
  const template = workloadKind?.template.reduce<unknown>((at, key) => (isObject(at) ? at[key] : undefined), document);
  if (workloadKind === undefined || !isOfGroup(workloadKind.group, apiVersion) || !isObject(template)) return undefined;
  const workload = { apiVersion: apiVersion ?? '', kind, name };
  return {
    ...common,
    pod: podFrom(template, workloadKind.complete(workload, template)),
    template,
    templatePath: `/${workloadKind.template.join('/')}`,
  };
}

// an object that names no version is taken for one of Kubernetes itself
const isOfGroup = (group: string, apiVersion: string | undefined): boolean =>
  apiVersion === undefined || (apiVersion.includes('/') ? apiVersion.split('/')[0] === group : group === '');

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

function podFrom(template: Record<string, unknown>, { labels, owner, ...names }: PodMetadata): Record<string, unknown> {
  const metadata = metadataOf(template);
  const ownLabels = isObject(metadata.labels) ? metadata.labels : {};
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...metadata,
      ...names,
      labels: { ...ownLabels, ...labels },
      ownerReferences: [{ ...owner, uid: digest(JSON.stringify(owner)), controller: true, blockOwnerDeletion: true }],
    },
    spec: template.spec,
  };
}
