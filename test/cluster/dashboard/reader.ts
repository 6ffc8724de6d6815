import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Right, rightsOf } from '../../../src/cluster/rights.ts';
import { OWN_NAMESPACE } from '../installation.ts';
import type { TestCluster } from '../test-cluster.ts';

const RBAC = { apiVersion: 'rbac.authorization.k8s.io/v1' };
const SUBJECTS = [{ kind: 'ServiceAccount', name: 'server', namespace: OWN_NAMESPACE }];

const ruleOf = ({ apiGroup, resources, names, verbs }: Right) => ({
  ...{ apiGroups: [apiGroup], resources, verbs },
  ...(names && { resourceNames: names }),
});

/**
 * A ServiceAccount that may do what the server with a dashboard may, and nothing else.
 * @returns the kubeconfig of it
 */
export async function serverOnly({ controlPlane, api, launcher }: TestCluster): Promise<string> {
  const rights = rightsOf({ certificates: 'Self', registration: 'Managed', watchdog: 'Off', dashboard: 'On' });
  const rules = (scope: Right['scope']) => rights.filter((right) => right.scope === scope).map(ruleOf);
  const own = `namespaces/${OWN_NAMESPACE}/`;
  const metadata = { name: 'server' };
  const ref = (kind: string) => ({ apiGroup: 'rbac.authorization.k8s.io', kind, name: 'server' });
  const made: readonly (readonly [path: string, object: object])[] = [
    [`/api/v1/${own}serviceaccounts`, { apiVersion: 'v1', kind: 'ServiceAccount', metadata }],
    [`/apis/${RBAC.apiVersion}/clusterroles`, { ...RBAC, kind: 'ClusterRole', metadata, rules: rules('Cluster') }],
    [
      `/apis/${RBAC.apiVersion}/clusterrolebindings`,
      { ...RBAC, kind: 'ClusterRoleBinding', metadata, roleRef: ref('ClusterRole'), subjects: SUBJECTS },
    ],
    [`/apis/${RBAC.apiVersion}/${own}roles`, { ...RBAC, kind: 'Role', metadata, rules: rules('Own') }],
    [
      `/apis/${RBAC.apiVersion}/${own}rolebindings`,
      { ...RBAC, kind: 'RoleBinding', metadata, roleRef: ref('Role'), subjects: SUBJECTS },
    ],
  ];
  for (const [path, object] of made) {
    const { status, body } = await api.call('POST', path, object);
    if (status !== 201) throw new Error(`${path}: ${JSON.stringify(body)}`);
  }
  const { stdout } = await controlPlane.kubectl(['-n', OWN_NAMESPACE, 'create', 'token', 'server']);
  const { clusters } = JSON.parse(await readFile(controlPlane.kubeconfig, 'utf8'));
  const file = join(launcher.guard.folder, 'server.kubeconfig');
  await writeFile(
    file,
    JSON.stringify({
      ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'server', clusters },
      users: [{ name: 'server', user: { token: stdout.trim() } }],
      contexts: [{ name: 'server', context: { cluster: clusters[0].name, user: 'server' } }],
    }),
  );
  return file;
}
