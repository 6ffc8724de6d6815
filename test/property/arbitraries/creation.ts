import fc from 'fast-check';
import type { ActivePolicy } from '../../../src/core/policy/active-policy.ts';
import type { Circumstances } from '../../core-fixtures/admissions.ts';
import { afterApiServer } from '../../core-fixtures/api-server.ts';
import type { NamespaceJson } from '../../core-fixtures/matching-hooks.ts';
import { namespaceJson } from './namespaces.ts';
import { type IncomingPod, incomingPod } from './pods.ts';
import { activePolicy } from './policies.ts';

/** The creation of a pod in a namespace, under a policy. */
export interface Creation extends IncomingPod {
  readonly namespace: NamespaceJson;
  readonly policy: ActivePolicy;
  readonly circumstances: Circumstances;
}

export const creation: fc.Arbitrary<Creation> = fc
  .record({ incoming: incomingPod, namespace: namespaceJson, policy: activePolicy })
  .map(({ incoming, namespace, policy }) => ({
    ...incoming,
    // a profile that is as Istio renders what it is sent, and only an API server sends it something
    pod: policy.activeProfiles.some(({ mayStandAlone }) => mayStandAlone)
      ? afterApiServer(incoming.pod, incoming)
      : incoming.pod,
    namespace,
    policy,
    circumstances: { policy, namespace: namespace.name, namespaceLabels: namespace.labels },
  }));
