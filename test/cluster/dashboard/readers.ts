import { expect } from '@jest/globals';
import { parse } from 'yaml';
import type { ApiClient } from '../api-client.ts';
import type { TestCluster } from '../test-cluster.ts';

const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const ROLE = 'pillion-dashboard-reader';

// as the chart has it
const RULES = parse(`
- {apiGroups: [""], resources: [pods], verbs: [list]}
- {apiGroups: [pillion.io], resources: [injectionpolicies, sidecarprofiles, rolloutplans], verbs: [list]}
`);

const made = async (api: ApiClient, path: string, object: object) =>
  expect(await api.call('POST', path, object)).toMatchObject({ status: 201 });

/** The ClusterRole of the chart for readers. */
export const makeReaderRole = ({ api }: TestCluster) =>
  made(api, `${RBAC}/clusterroles`, { metadata: { name: ROLE }, rules: RULES });

/** A ServiceAccount of the namespace `shop`, with a token of it. */
export async function reader({ api, controlPlane }: TestCluster, name: string, ...args: string[]): Promise<string> {
  await api.call('POST', '/api/v1/namespaces/shop/serviceaccounts', { metadata: { name } });
  const { code, stdout, stderr } = await controlPlane.kubectl(['-n', 'shop', 'create', 'token', name, ...args]);
  if (code !== 0) throw new Error(stderr);
  return stdout.trim();
}

/** Runs a command that an answer has named. */
export async function grant({ controlPlane }: TestCluster, next: string): Promise<void> {
  const [, command = ''] = /`kubectl (.*)`/.exec(next) ?? [];
  expect(await controlPlane.kubectl(command.split(' '))).toMatchObject({ code: 0 });
}
