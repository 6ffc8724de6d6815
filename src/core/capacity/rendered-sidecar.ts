import type { Json } from '../compatibility/fit-object.ts';
import { podAmount } from '../compatibility/pod-amounts.ts';
import { decide } from '../decision/decide.ts';
import type { Reason } from '../decision/reasons.ts';
import { subjectOf } from '../decision/subject.ts';
import { fieldsOf } from '../json/fields-of.ts';
import type { Limit } from '../kubernetes/limit-range.ts';
import type { Namespace } from '../kubernetes/namespace.ts';
import { annotationsOf, ownValue, type Pod } from '../kubernetes/pod.ts';
import type { ActivePolicy } from '../policy/active-policy.ts';
import { edited } from '../sidecar/edit.ts';
import { ANNOTATIONS } from '../sidecar/names.ts';
import type { TrafficServices } from '../traffic/traffic-services.ts';
import { type Amounts, minus } from './amounts.ts';

/** What decides about pods and their sidecars. */
export interface SizingContext {
  readonly policy: ActivePolicy;
  readonly services: TrafficServices;
  /** The entries of the LimitRanges of a namespace, which fill in what containers leave out. */
  limitsOf(namespace: string): readonly Limit[];
}

/** The pod of a workload with the sidecar that it would have. */
export interface RenderedSidecar {
  readonly profile: string;
  /** Its specification with the sidecar. */
  readonly spec: Json;
  /** What the sidecar adds to what the pod asks for and may use. */
  readonly adds: Amounts;
  /** The configuration of a plain Envoy, which travels on the pod; undefined where a control plane has it. */
  readonly config: string | undefined;
}

/** A sidecar, or why there is none. */
export type Rendered =
  | { readonly sidecar: RenderedSidecar; readonly reason: Reason }
  | { readonly sidecar: undefined; readonly reason: Reason };

/**
 * The sidecar that a pod gets under the policy, through the same decision as the webhook’s.
 * @param asWritten whether the pod is a manifest that no API server has completed
 */
export function renderedSidecar(
  pod: Pod,
  namespace: Namespace,
  { policy, services, limitsOf }: SizingContext,
  asWritten: boolean,
): Rendered {
  // nothing is recorded, so no record needs a name
  const subject = subjectOf(pod, namespace, policy, '', asWritten, services);
  const { verdict, reason } = decide(subject);
  if (verdict !== 'inject' && reason !== 'already-injected') return { sidecar: undefined, reason };
  const edit = subject.edit();
  const injected = edit === undefined ? pod : edited(pod, edit);
  const { spec } = fieldsOf(injected);
  const limits = limitsOf(namespace.name);
  return {
    reason,
    sidecar: {
      profile: subject.profile.name,
      spec: fieldsOf(spec),
      adds: minus(podAmounts(fieldsOf(spec), limits), podAmounts(fieldsOf(subject.separated.original.spec), limits)),
      config: ownValue(annotationsOf(injected as Pod), ANNOTATIONS.envoyConfig),
    },
  };
}

/** What a pod with this spec asks for and may use, as the scheduler and quotas count it. */
export function podAmounts(spec: Json, limits: readonly Limit[] = []): Amounts {
  const of = (bound: 'requests' | 'limits') => ({
    cpu: podAmount(spec, bound, 'cpu', limits),
    memory: podAmount(spec, bound, 'memory', limits),
  });
  return { requests: of('requests'), limits: of('limits') };
}
