import type { Decision } from '../decision/decide.ts';
import type { Reason } from '../decision/reasons.ts';
import { metadataOf } from '../kubernetes/metadata.ts';
import type { Pod } from '../kubernetes/pod.ts';
import type { JudgedPod } from '../scan/judged-pod.ts';
import type { CountedPod } from './counted-pods.ts';

/** Where no sidecar fits or may be, whatever anybody asks for. */
const INELIGIBLE: readonly Reason[] = ['mirror-pod', 'windows-pod', 'host-network', 'namespace-protected'];

/**
 * A running pod as the count of adoption takes it, from what the scan judges of it. A sidecar that the pod would not get now is `stale` as
 * well: today's policy renders another one, or none.
 */
export function countedOf(judged: JudgedPod, pod: Pod, incompatible: boolean): CountedPod {
  const { creationTimestamp } = metadataOf(pod);
  const { namespace, owner, state, carries, decision, tribe, squad } = judged;
  return {
    namespace,
    ...(tribe === undefined ? {} : { tribe }),
    ...(squad === undefined ? {} : { squad }),
    workload: owner,
    standing: standingOf(decision),
    optedIn: decision.verdict === 'inject' || decision.reason === 'already-injected',
    sidecar: carries ? (state === 'injected' ? 'current' : 'stale') : 'none',
    incompatible,
    createdAt: typeof creationTimestamp === 'string' ? creationTimestamp : '',
  };
}

function standingOf({ reason, also }: Decision): CountedPod['standing'] {
  const reasons = [reason, ...also];
  if (reasons.some((each) => INELIGIBLE.includes(each))) return 'ineligible';
  return reasons.includes('excluded') ? 'excluded' : 'eligible';
}
