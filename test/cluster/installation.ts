import type { ApiClient } from './api-client.ts';

/** Where an installation keeps its own objects. */
export const OWN_NAMESPACE = 'pillion-system';

/** The flags of a process that belongs to the installation `pillion`. */
export const INSTALLED = ['--installed-as', 'pillion', '--own-namespace', OWN_NAMESPACE] as const;

const ROLES = '/apis/rbac.authorization.k8s.io/v1/clusterroles';

/**
 * Makes the ClusterRole that the chart would bring and that owns what is registered.
 * @returns its uid
 */
export async function makeOwner(api: ApiClient): Promise<string> {
  const role = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'pillion' },
    rules: [],
  };
  const { status, body } = await api.call('POST', ROLES, role);
  if (status !== 201) throw new Error(`the ClusterRole was not made: ${JSON.stringify(body)}`);
  return (body as { readonly metadata: { readonly uid: string } }).metadata.uid;
}

/** Deletes that ClusterRole, as uninstalling does; what it owns is collected. */
export async function deleteOwner(api: ApiClient): Promise<void> {
  const { status, body } = await api.call('DELETE', `${ROLES}/pillion`);
  if (status !== 200) throw new Error(`the ClusterRole was not deleted: ${JSON.stringify(body)}`);
}

/** The whole answer of `/readyz`. */
export async function readyz(opsPort: number): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${opsPort}/readyz`);
  return await response.text();
}
