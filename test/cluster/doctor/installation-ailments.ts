import { VERSION } from '../../../src/core/version.ts';
import { OWN_NAMESPACE } from '../installation.ts';
import type { TestCluster } from '../test-cluster.ts';
import { type Ailment, nothing } from './ailment.ts';
import { change, create, OWN, RBAC, ready, remove, replicas, rulesOf } from './site.ts';

const CRD = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/injectionpolicies.pillion.io';
const REPORTS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/injectionreports.pillion.io';
const NETWORK_POLICIES = `/apis/networking.k8s.io/v1/namespaces/${OWN_NAMESPACE}/networkpolicies`;

const first = async (cluster: TestCluster): Promise<string> => (await replicas(cluster))[0] ?? '';
const version = async (cluster: TestCluster, value: string) =>
  change(cluster, `${OWN}/pods/${await first(cluster)}`, {
    metadata: { labels: { 'app.kubernetes.io/version': value } },
  });

let definition: Record<string, unknown> = {};
const FIELD = /,?"onError":\{[^{}]*\}/;

/** Takes a field out of the definition, as one of an earlier version would lack it. */
async function olderDefinition(cluster: TestCluster): Promise<void> {
  definition = (await cluster.api.call('GET', CRD)).body;
  const text = JSON.stringify(definition);
  if (!FIELD.test(text)) throw new Error('the definition has no field onError');
  const rules = JSON.parse(text.replace(FIELD, ''), (key, value) =>
    key === 'x-kubernetes-validations' ? undefined : value,
  );
  await change(cluster, CRD, { spec: { versions: rules.spec.versions } });
}

/** Has the API server serve reports of the scan, or not. */
async function serveReports(cluster: TestCluster, served: boolean): Promise<void> {
  const { body } = await cluster.api.call('GET', REPORTS);
  const { versions } = body.spec as { versions: readonly object[] };
  await change(cluster, REPORTS, { spec: { versions: versions.map((version) => ({ ...version, served })) } });
}

export const INSTALLATION_AILMENTS: readonly Ailment[] = [
  {
    code: 'DOC002',
    name: 'the clock of this machine is ahead',
    begin: nothing,
    end: nothing,
    run: { now: new Date(Date.now() + 3_600_000) },
    grade: 'warning',
    says: /^the clock of this machine is 3\d\d\d s ahead of the API server$/,
    next: 'timedatectl status',
  },
  {
    code: 'DOC010',
    name: 'a replica is not ready',
    begin: async (cluster) => ready(cluster, await first(cluster), 'False'),
    end: async (cluster) => ready(cluster, await first(cluster), 'True'),
    grade: 'warning',
    says: /^1 of 2 replicas are ready; they run pillion:0\.1\.0$/,
    next: 'kubectl -n pillion-system describe deployment pillion',
  },
  {
    code: 'DOC011',
    name: 'a replica is of another version',
    begin: (cluster) => version(cluster, '0.0.9'),
    end: (cluster) => version(cluster, VERSION),
    grade: 'warning',
    says: /^this command line is .*, and replicas are 0\.0\.9/,
  },
  {
    code: 'DOC012',
    name: 'a definition lacks a field',
    begin: olderDefinition,
    end: (cluster) => change(cluster, CRD, { spec: { versions: (definition.spec as { versions: unknown }).versions } }),
    grade: 'warning',
    says: /injectionpolicies\.pillion\.io is older than this version and drops \.onError$/,
    next: 'kubectl apply --server-side -f charts/pillion/crds',
  },
  {
    code: 'DOC012',
    name: 'reports of the scan are not served',
    begin: (cluster) => serveReports(cluster, false),
    end: (cluster) => serveReports(cluster, true),
    grade: 'problem',
    says: /^CustomResourceDefinition injectionreports\.pillion\.io does not serve v1alpha1$/,
    next: 'kubectl apply --server-side -f charts/pillion/crds',
  },
  {
    code: 'DOC013',
    name: 'a rule is taken out of the ClusterRole',
    begin: (cluster) => {
      const rules = rulesOf('Cluster').filter(({ resources }) => !resources.includes('services'));
      return change(cluster, `${RBAC}/clusterroles/pillion`, { rules });
    },
    end: (cluster) => change(cluster, `${RBAC}/clusterroles/pillion`, { rules: rulesOf('Cluster') }),
    grade: 'problem',
    says: /^ServiceAccount pillion-system\/pillion may not get services, list services, watch services$/,
    next: 'kubectl auth can-i get services --as=system:serviceaccount:pillion-system:pillion',
  },
  {
    code: 'DOC015',
    name: 'a NetworkPolicy lets in one port of another pod alone',
    begin: (cluster) =>
      create(cluster, NETWORK_POLICIES, {
        metadata: { name: 'closed' },
        spec: { podSelector: {}, policyTypes: ['Ingress'], ingress: [{ ports: [{ port: 8080 }] }] },
      }),
    end: (cluster) => remove(cluster, `${NETWORK_POLICIES}/closed`),
    grade: 'problem',
    says: /^nothing lets the API server reach port 8443 of the replicas, .* closed$/,
    next: 'kubectl -n pillion-system edit networkpolicy closed',
  },
];
