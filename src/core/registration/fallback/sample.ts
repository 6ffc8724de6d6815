import type { Pod } from '../../kubernetes/pod.ts';
import type { ActivePolicy } from '../../policy/active-policy.ts';
import { ANNOTATIONS } from '../../sidecar/names.ts';
import type { ActiveProfile, OrdinaryPod } from '../../sidecar/profiles/active-profile.ts';
import type { Injection } from '../../sidecar/rendering.ts';
import type { Status } from '../../sidecar/status.ts';
import { NO_TRAFFIC_SERVICES } from '../../traffic/traffic-services.ts';
import { mark } from '../cel-json.ts';

/** What differs between the sidecars of ordinary pods. */
export const MARKS = { workload: mark('workload'), mainContainer: mark('mainContainer'), recordId: mark('recordId') };

/** A sidecar as it is rendered for a pod that stands for all ordinary ones: what differs from pod to pod stands in it as marks. */
export interface Sample {
  readonly injection: Injection;
  /** As though nothing had been there before. */
  readonly status: Status;
}

/** Renders the sample of a profile, for pods whose containers have a ServiceAccount token or for others. */
export function sampleOf(
  profile: ActiveProfile,
  { leastGraceSeconds }: OrdinaryPod,
  policy: ActivePolicy,
  tokenIsMounted: boolean,
): Sample {
  const pod: Pod = {
    metadata: { generateName: MARKS.workload },
    spec: { containers: [{ name: MARKS.mainContainer }], terminationGracePeriodSeconds: leastGraceSeconds },
  };
  const { injection } = profile.render({
    pod,
    original: pod,
    namespace: '',
    overrides: [],
    standing: [],
    undo: undefined,
    policy,
    services: NO_TRAFFIC_SERVICES,
    recordId: MARKS.recordId,
    tokenIsMounted,
  });
  return { injection, status: JSON.parse(injection.annotations[ANNOTATIONS.status] ?? '{}') };
}
