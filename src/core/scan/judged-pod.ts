import { type Decision, decide } from '../decision/decide.ts';
import { INJECT_REASONS, type Reason } from '../decision/reasons.ts';
import { subjectOf } from '../decision/subject.ts';
import type { Namespace } from '../kubernetes/namespace.ts';
import { type Owner, ownerOf } from '../kubernetes/owner.ts';
import { labelsOf, ownValue, type Pod, readPod } from '../kubernetes/pod.ts';
import type { ActivePolicy } from '../policy/active-policy.ts';
import { sentAgain } from '../running/sent-again.ts';
import { carriesSidecar, SIDECAR_STATES, type SidecarState, stateOf } from '../running/sidecar-state.ts';
import type { TrafficServices } from '../traffic/traffic-services.ts';

/** Each state that a running pod can be in. */
export const POD_STATES = Object.keys(SIDECAR_STATES) as readonly SidecarState[];

/** What decides about running pods. */
export interface PodSurroundings {
  readonly policy: ActivePolicy;
  readonly services: TrafficServices;
}

/** A running pod, and how it stands. */
export interface JudgedPod {
  readonly namespace: string;
  readonly pod: string;
  /** Such as `Deployment/web`, with the group where it is none of Kubernetes’ own: `CloneSet.apps.kruise.io/web`; of a bare pod `Pod/web`. */
  readonly owner: string;
  readonly state: SidecarState;
  /** Whether a sidecar of ours stands in it, whatever would be decided now. */
  readonly carries: boolean;
  /** Why the policy decides about it as it does. */
  readonly reason: Reason;
  readonly decision: Decision;
  /** Whether it asks for a sidecar: by its mark, or by what the policy says of silent pods. */
  readonly asks: boolean;
  readonly tribe?: string;
  readonly squad?: string;
}

// it would stand in the status on the pod, which nobody reads here
const NO_RECORD = '0000000000000000';

/** Judges a pod as the API server has it: by what would be decided if whoever makes it sent it again, without its sidecar. */
export function judgedPod(pod: Pod, namespace: Namespace, { policy, services }: PodSurroundings): JudgedPod {
  const subjectFor = (one: Pod) => subjectOf(one, namespace, policy, NO_RECORD, false, services);
  const sent = readPod(sentAgain(pod, policy.spec.optIn.podKey));
  const decision = decide(subjectFor('pod' in sent ? sent.pod : pod));
  const name = pod.metadata.name ?? '';
  const standing = subjectFor(pod);
  const owner = ownerOf(pod);
  const { tribe, squad } = policy.spec.ownership;
  const [ofTribe, ofSquad] = [
    ownValue(namespace.labels, tribe.namespaceLabel),
    ownValue(labelsOf(pod), squad.workloadLabel),
  ];
  return {
    namespace: namespace.name,
    pod: name,
    owner: owner === undefined ? `Pod/${name}` : ownerText(owner),
    state: stateOf(standing, decision),
    carries: carriesSidecar(standing),
    reason: decision.reason,
    decision,
    asks: [decision.reason, ...decision.also].some((reason) => Object.hasOwn(INJECT_REASONS, reason)),
    ...(ofTribe === undefined ? {} : { tribe: ofTribe }),
    ...(ofSquad === undefined ? {} : { squad: ofSquad }),
  };
}

const OWN_GROUPS: ReadonlySet<string> = new Set(['v1', 'apps/v1', 'batch/v1']);

/** Kinds of other operators share names with those of Kubernetes. */
const ownerText = ({ apiVersion, kind, name }: Owner): string =>
  OWN_GROUPS.has(apiVersion) ? `${kind}/${name}` : `${kind}.${apiVersion.split('/')[0]}/${name}`;
