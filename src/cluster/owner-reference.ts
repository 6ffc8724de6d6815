import type { ObjectMetadata } from './object-metadata.ts';
import { readJson } from './read-json.ts';
import type { KubeTransport } from './transport.ts';

/** Says whose an object is: Kubernetes deletes it when that one is gone. */
export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
}

/**
 * A function that reads the owner of everything an installation registers and makes: the ClusterRole of its name, so that
 * uninstalling it takes all of that away. It is read anew at each call, because a reinstalled one has another uid; calls at the
 * same time share one answer.
 * @returns a function that throws Error when there is no such ClusterRole (or it is being deleted), and what the call throws
 */
export function ownerReader(
  transport: KubeTransport,
  installation: string,
  signal?: AbortSignal,
): () => Promise<OwnerReference> {
  let running: Promise<OwnerReference> | undefined;
  const read = async (): Promise<OwnerReference> => {
    const path = `/apis/rbac.authorization.k8s.io/v1/clusterroles/${encodeURIComponent(installation)}`;
    const role = await readJson<{ readonly metadata: ObjectMetadata }>(transport, path, signal);
    const { uid, deletionTimestamp } = role?.metadata ?? {};
    if (uid === undefined || deletionTimestamp !== undefined) throw new Error(noOwner(installation));
    return { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', name: installation, uid };
  };
  return () => {
    running ??= read().finally(() => {
      running = undefined;
    });
    return running;
  };
}

const noOwner = (name: string): string =>
  `there is no ClusterRole ${name}, which owns what is registered, so nothing is: install the chart, which brings it, or name ` +
  'the one that exists with --installed-as';
