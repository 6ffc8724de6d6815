import type { TestCluster } from '../test-cluster.ts';

const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const ROLE = 'dashboard-reader';

/** Gives ServiceAccounts of one namespace the right to list pods, and takes it away. */
export interface Readers {
  /** Makes a ServiceAccount. Resolves with a token of it. */
  make(name: string): Promise<string>;
  /** @param namespace left out: in all of them */
  grant(name: string, namespace?: string): Promise<void>;
  revoke(name: string, namespace?: string): Promise<void>;
}

/** @param home where the ServiceAccounts are */
export async function readers({ api, controlPlane }: TestCluster, home: string): Promise<Readers> {
  const made = async (path: string, object: object) => {
    const { status, body } = await api.call('POST', path, object);
    if (status !== 201) throw new Error(`${path}: ${JSON.stringify(body)}`);
  };
  await made(`${RBAC}/clusterroles`, {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: ROLE },
    rules: [
      { apiGroups: [''], resources: ['pods'], verbs: ['list'] },
      {
        apiGroups: ['pillion.io'],
        resources: ['injectionpolicies', 'sidecarprofiles', 'rolloutplans'],
        verbs: ['list'],
      },
    ],
  });
  const bindings = (namespace: string | undefined) =>
    namespace === undefined ? `${RBAC}/clusterrolebindings` : `${RBAC}/namespaces/${namespace}/rolebindings`;
  return {
    make: async (name) => {
      await made(`/api/v1/namespaces/${home}/serviceaccounts`, { metadata: { name } });
      const { stdout } = await controlPlane.kubectl(['-n', home, 'create', 'token', name]);
      return stdout.trim();
    },
    grant: (name, namespace) =>
      made(bindings(namespace), {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: namespace === undefined ? 'ClusterRoleBinding' : 'RoleBinding',
        metadata: { name },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: ROLE },
        subjects: [{ kind: 'ServiceAccount', name, namespace: home }],
      }),
    revoke: async (name, namespace) => {
      const { status, body } = await api.call('DELETE', `${bindings(namespace)}/${name}`);
      if (status !== 200) throw new Error(`${name}: ${JSON.stringify(body)}`);
    },
  };
}
