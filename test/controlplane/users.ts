import { randomBytes } from 'node:crypto';

export interface User {
  readonly name: string;
  readonly groups: readonly string[];
  readonly token: string;
}

/** Makes a user with a token of its own. */
export function user(name: string, groups: readonly string[]): User {
  return { name, groups, token: randomBytes(24).toString('base64url') };
}

/** The file for `--token-auth-file`: token,user,uid,"groups". */
export function tokenFile(users: readonly User[]): string {
  return users.map(({ token, name, groups }) => `${token},${name},${name},"${groups.join(',')}"\n`).join('');
}

/** A kubeconfig with one context for each user, named like the user; the first is the current one. JSON is YAML too. */
export function kubeconfig(url: string, ca: string, users: readonly User[]): string {
  const cluster = { server: url, 'certificate-authority-data': Buffer.from(ca).toString('base64') };
  return JSON.stringify(
    {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': users[0]?.name,
      clusters: [{ name: 'pillion-test', cluster }],
      users: users.map(({ name, token }) => ({ name, user: { token } })),
      contexts: users.map(({ name }) => ({ name, context: { cluster: 'pillion-test', user: name } })),
    },
    null,
    2,
  );
}

/** Lets a user do everything while staying another user than the administrator. */
export function adminBinding(name: string): object {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: `test-user-${name}` },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name }],
  };
}
