import { describe, expect, test } from '@jest/globals';
import { POD_LABELS } from '../../../scripts/chart/pod-labels.ts';
import { ownerOf } from '../../../src/core/kubernetes/owner.ts';
import type { Pod } from '../../../src/core/kubernetes/pod.ts';

interface Example {
  readonly kind?: string;
  readonly owner?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

const podOf = ({ kind, owner, labels = {} }: Example): Pod =>
  ({
    metadata: {
      name: 'web-0',
      labels,
      ...(kind === undefined ? {} : { ownerReferences: [{ apiVersion: 'v1', kind, name: owner, controller: true }] }),
    },
    spec: { containers: [] },
  }) as unknown as Pod;

/** What Prometheus makes of the steps: a regular expression matches the whole value, and an absent label is an empty one. */
function labelsOf({ kind = '', owner = '', labels = {} }: Example): Readonly<Record<string, string>> {
  const found: Record<string, string> = {
    __meta_kubernetes_pod_name: 'web-0',
    __meta_kubernetes_pod_controller_kind: kind,
    __meta_kubernetes_pod_controller_name: owner,
  };
  for (const [name, value] of Object.entries(labels))
    found[`__meta_kubernetes_pod_label_${name.replace(/[^a-zA-Z0-9_]/g, '_')}`] = value;
  for (const { sourceLabels = [], regex = '(.*)', targetLabel = '', replacement = '$1' } of POD_LABELS) {
    const match = new RegExp(`^(?:${regex})$`).exec(sourceLabels.map((label) => found[label] ?? '').join(';'));
    if (match !== null) found[targetLabel] = replacement.replace('$1', match[1] ?? '');
  }
  return found;
}

describe('the workload is the one that records name', () => {
  test.each<[string, Example]>([
    ['a bare pod', {}],
    ['a Deployment', { kind: 'ReplicaSet', owner: 'web-7d9f', labels: { 'pod-template-hash': '7d9f' } }],
    ['a Rollout', { kind: 'ReplicaSet', owner: 'web-7d9f', labels: { 'rollouts-pod-template-hash': '7d9f' } }],
    ['a ReplicaSet of its own', { kind: 'ReplicaSet', owner: 'web-blue' }],
    ['a StatefulSet', { kind: 'StatefulSet', owner: 'web' }],
    ['a DaemonSet with numbers in its name', { kind: 'DaemonSet', owner: 'web-28000000' }],
    ['a CronJob', { kind: 'Job', owner: 'nightly-28000000' }],
    ['a Job', { kind: 'Job', owner: 'once' }],
    ['a DeploymentConfig', { kind: 'ReplicationController', owner: 'web-3', labels: { deploymentconfig: 'web' } }],
  ])('%s', (_, example) => {
    expect(labelsOf(example).workload).toBe(ownerOf(podOf(example))?.name ?? 'web-0');
  });
});

test.each([
  [{}, 'cache', 'latest'],
  [{ app: 'a', version: 'v1' }, 'a', 'v1'],
  [{ app: 'a', 'app.kubernetes.io/name': 'b', version: 'v1', 'app.kubernetes.io/version': 'v2' }, 'b', 'v2'],
  [{ app: 'a', 'service.istio.io/canonical-name': 'c', 'service.istio.io/canonical-revision': 'v3' }, 'c', 'v3'],
])('application and version of %j are %s and %s, as with Istio', (labels, application, version) => {
  const found = labelsOf({ kind: 'StatefulSet', owner: 'cache', labels });
  expect([found.canonical_service, found.canonical_revision]).toEqual([application, version]);
});
