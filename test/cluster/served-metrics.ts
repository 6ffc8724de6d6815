import { expect } from '@jest/globals';
import { eventually } from './eventually.ts';
import type { TestCluster } from './test-cluster.ts';

/** What the sidecar of a pod uses, as the metrics API writes it. */
interface Used {
  readonly namespace: string;
  readonly pod: string;
  readonly cpu: string;
  readonly memory: string;
}

// a group of Kubernetes itself is taken only with this word
const UNAPPROVED = { 'api-approved.kubernetes.io': 'unapproved, for a test' };
const VERSION = 'v1beta1';

const METRICS = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'pods.metrics.k8s.io', annotations: UNAPPROVED },
  spec: {
    group: 'metrics.k8s.io',
    scope: 'Namespaced',
    names: { plural: 'pods', kind: 'PodMetrics', singular: 'podmetrics' },
    versions: [
      {
        ...{ name: VERSION, served: true, storage: true },
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
};

/** Has the API server serve the metrics of pods, in the form in which metrics-server gives them. */
export async function servedMetrics({ api }: TestCluster, used: readonly Used[]): Promise<void> {
  const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
  expect(await api.call('POST', definitions, METRICS)).toMatchObject({ status: 201 });
  const path = (namespace: string) => `/apis/metrics.k8s.io/${VERSION}/namespaces/${namespace}/pods`;
  await eventually('they are served', async () => (await api.call('GET', path('default'))).status === 200);
  for (const { namespace, pod, cpu, memory } of used) {
    const containers = [
      { name: 'app', usage: { cpu: '1', memory: '1Gi' } },
      { name: 'istio-proxy', usage: { cpu, memory } },
    ];
    const metrics = {
      apiVersion: `metrics.k8s.io/${VERSION}`,
      kind: 'PodMetrics',
      metadata: { name: pod },
      containers,
    };
    expect(await api.call('POST', path(namespace), metrics)).toMatchObject({ status: 201 });
  }
}
