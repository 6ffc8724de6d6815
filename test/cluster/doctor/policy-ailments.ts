import { POLICIES } from '../own-kinds.ts';
import type { TestCluster } from '../test-cluster.ts';
import type { Ailment } from './ailment.ts';
import { change, create, remove } from './site.ts';

const policy = (name: string, spec: object) => ({
  apiVersion: 'pillion.io/v1alpha1',
  kind: 'InjectionPolicy',
  metadata: { name },
  spec,
});
const removeDefault = (cluster: TestCluster) => remove(cluster, `${POLICIES}/default`);

/** A policy about which the replicas said this; nobody of this test follows objects, so that it stays. */
async function judged(cluster: TestCluster, status: object): Promise<void> {
  await create(cluster, POLICIES, policy('default', { profiles: [{ name: 'envoy' }] }));
  await change(cluster, `${POLICIES}/default/status`, { status });
}

const since = '2026-01-01T00:00:00Z';

export const POLICY_AILMENTS: readonly Ailment[] = [
  {
    code: 'DOC020',
    name: 'the policy is refused',
    begin: (cluster) => create(cluster, POLICIES, policy('default', { profiles: [{ name: 'small' }] })),
    end: removeDefault,
    grade: 'problem',
    says: /InjectionPolicy default: \/spec\/profiles\/0\/name: is "small"/,
    next: 'kubectl edit injectionpolicy default',
  },
  {
    code: 'DOC020',
    name: 'a policy in mode Shadow is left out',
    begin: (cluster) => create(cluster, POLICIES, policy('canary', { mode: 'Shadow', profiles: [{ name: 'small' }] })),
    end: (cluster) => remove(cluster, `${POLICIES}/canary`),
    grade: 'warning',
    says: /left out of the policy: InjectionPolicy canary: \/spec\/profiles\/0\/name/,
    next: 'kubectl get injectionpolicies,sidecarprofiles,rolloutplans',
  },
  {
    code: 'DOC021',
    name: 'no replica has judged the policy',
    begin: (cluster) => create(cluster, POLICIES, policy('default', { profiles: [{ name: 'envoy' }] })),
    end: removeDefault,
    grade: 'warning',
    says: /^no replica has judged what InjectionPolicy default says now$/,
  },
  {
    code: 'DOC021',
    name: 'the replicas refuse the policy',
    begin: (cluster) =>
      judged(cluster, {
        observedGeneration: 1,
        conditions: [
          {
            ...{ type: 'Accepted', status: 'False', reason: 'Refused', message: 'it names no profile' },
            ...{ observedGeneration: 1, lastTransitionTime: since },
          },
        ],
      }),
    end: removeDefault,
    grade: 'warning',
    says: /^InjectionPolicy default is not accepted: it names no profile$/,
    next: 'kubectl get injectionpolicy default -o yaml',
  },
  {
    code: 'DOC022',
    name: 'a replica decides by an earlier revision',
    begin: (cluster) =>
      judged(cluster, {
        replicas: [{ name: 'pillion-a', revision: '0123456789abcdef', observedGeneration: 1, since }],
      }),
    end: removeDefault,
    grade: 'warning',
    says: /^1 of 1 replicas decide by another revision than [0-9a-f]{16}, which stands: pillion-a by 0123456789abcdef$/,
    next: 'kubectl -n pillion-system logs pillion-a --tail=50',
  },
];
