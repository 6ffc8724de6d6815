import { rightsOf } from '../../../src/cluster/rights.ts';
import type { Examined } from '../../../src/core/doctor/finding.ts';
import { VERSION } from '../../../src/core/version.ts';
import { pillion as commandLine } from '../../unit/cli/command-line.ts';
import { eventually } from '../eventually.ts';
import { OWN_NAMESPACE } from '../installation.ts';
import type { TestCluster } from '../test-cluster.ts';

export const OWN = `/api/v1/namespaces/${OWN_NAMESPACE}`;
export const RBAC = '/apis/rbac.authorization.k8s.io/v1';
export const CONFIGURATIONS = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations';
const DEPLOYMENTS = `/apis/apps/v1/namespaces/${OWN_NAMESPACE}/deployments`;

/** What `pillion doctor -o json` said. */
export interface Examination {
  readonly exit: number;
  readonly grade: string;
  readonly checks: readonly Examined[];
}

export interface DoctorRun {
  readonly now?: Date;
  readonly kubeconfig?: string;
  readonly args?: readonly string[];
}

/** The command itself, as somebody would type it. */
export async function doctor(cluster: TestCluster, run: DoctorRun = {}): Promise<Examination> {
  const { now = new Date(), kubeconfig = cluster.controlPlane.kubeconfig, args = [] } = run;
  const { exit, stdout, stderr } = await commandLine(['doctor', '-o', 'json', '--kubeconfig', kubeconfig, ...args], {
    now,
  });
  if (stdout === '') throw new Error(stderr);
  return { exit, ...JSON.parse(stdout) };
}

/** What is not fine. */
export const found = ({ checks }: Examination): readonly Examined[] =>
  checks.filter(({ grade }) => grade === 'problem' || grade === 'warning');

export async function create(cluster: TestCluster, path: string, object: object): Promise<void> {
  const { status, body } = await cluster.api.call('POST', path, object);
  if (status !== 201) throw new Error(`${path} is refused: ${JSON.stringify(body)}`);
}

/** A change by a merge patch. */
export async function change(cluster: TestCluster, path: string, patch: object): Promise<void> {
  const { status, body } = await cluster.api.call('PATCH', path, patch);
  if (status !== 200) throw new Error(`${path} is not changed: ${JSON.stringify(body)}`);
}

export const remove = (cluster: TestCluster, path: string) =>
  cluster.api.call('DELETE', path, { gracePeriodSeconds: 0 });

export const label = (cluster: TestCluster, namespace: string, labels: object) =>
  change(cluster, `/api/v1/namespaces/${namespace}`, { metadata: { labels } });

/** The rules of a role of the server, as the chart would render them. */
export const rulesOf = (scope: 'Cluster' | 'Own') =>
  rightsOf({ registration: 'Managed', certificates: 'Self', watchdog: 'Off', dashboard: 'Off' })
    .filter((right) => right.scope === scope)
    .map(({ apiGroup, resources, names, verbs }) => ({
      ...{ apiGroups: [apiGroup], resources, verbs },
      ...(names && { resourceNames: names }),
    }));

/** The ServiceAccount of the replicas, with the rights that the chart would give it; the ClusterRole stands already. */
export async function grantRights(cluster: TestCluster): Promise<void> {
  const own = `${RBAC}/namespaces/${OWN_NAMESPACE}`;
  const metadata = { name: 'pillion' };
  await create(cluster, `${OWN}/serviceaccounts`, { metadata });
  await change(cluster, `${RBAC}/clusterroles/pillion`, { rules: rulesOf('Cluster') });
  await create(cluster, `${own}/roles`, { metadata, rules: rulesOf('Own') });
  const subjects = [{ kind: 'ServiceAccount', namespace: OWN_NAMESPACE, name: 'pillion' }];
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', name: 'pillion' };
  const bind = (path: string, kind: string) =>
    create(cluster, path, { metadata, subjects, roleRef: { ...roleRef, kind } });
  await bind(`${RBAC}/clusterrolebindings`, 'ClusterRole');
  await bind(`${own}/rolebindings`, 'Role');
}

/** A Deployment whose pods nobody runs: their readiness is written by the test. */
export async function makeDeployment(cluster: TestCluster): Promise<void> {
  const labels = { app: 'pillion' };
  const args = ['serve', '--self-signed', '--registration=Managed'];
  const template = {
    metadata: { labels: { ...labels, 'app.kubernetes.io/version': VERSION } },
    spec: { serviceAccountName: 'pillion', containers: [{ name: 'pillion', image: 'pillion:0.1.0', args }] },
  };
  await create(cluster, DEPLOYMENTS, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'pillion' },
    spec: { replicas: 2, selector: { matchLabels: labels }, template },
  });
  await eventually('there are two pods', async () => (await replicas(cluster)).length === 2);
  for (const name of await replicas(cluster)) await ready(cluster, name, 'True');
  await eventually('two are ready', async () => {
    const { body } = await cluster.api.call('GET', `${DEPLOYMENTS}/pillion`);
    return (body.status as { readyReplicas?: number }).readyReplicas === 2;
  });
}

/** The names of the pods of the Deployment. */
export async function replicas(cluster: TestCluster): Promise<string[]> {
  const { body } = await cluster.api.call('GET', `${OWN}/pods?labelSelector=app%3Dpillion`);
  return (body.items as { metadata: { name: string } }[]).map(({ metadata }) => metadata.name);
}

export const ready = (cluster: TestCluster, name: string, status: 'True' | 'False') =>
  change(cluster, `${OWN}/pods/${name}/status`, {
    status: { phase: 'Running', conditions: [{ type: 'Ready', status }] },
  });

/** A kubeconfig of somebody with this token. */
export const kubeconfigText = (server: string, ca: string, token: string): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'here',
    contexts: [{ name: 'here', context: { cluster: 'here', user: 'one' } }],
    clusters: [{ name: 'here', cluster: { server, ...trusting(server, ca) } }],
    users: [{ name: 'one', user: { token } }],
  });

/** Plain HTTP is accepted only from who says not to verify. */
const trusting = (server: string, ca: string): object =>
  server.startsWith('http:')
    ? { 'insecure-skip-tls-verify': true }
    : { 'certificate-authority-data': Buffer.from(ca).toString('base64') };
