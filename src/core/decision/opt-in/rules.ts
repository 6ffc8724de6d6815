import type { InjectionPolicy } from '../../api/injection-policy.ts';
import { type Labels, labelsOf, ownValue, type PodMetadata } from '../../kubernetes/pod.ts';
import type { SkipReason } from '../reasons.ts';
import { askOf } from './ask.ts';
import { REVISION_LABEL } from './keys.ts';

type OptIn = InjectionPolicy['spec']['optIn'];

const CLOSED = ['namespace-not-enabled', 'namespace-disabled', 'namespace-label-invalid', 'other-revision'] as const;

/** Why the pods of a namespace may not ask at all. */
export type ClosedNamespace = Extract<SkipReason, (typeof CLOSED)[number]>;
export const CLOSED_NAMESPACE: ReadonlySet<SkipReason> = new Set(CLOSED);

/** Answers whether the pods of a namespace may ask at all: undefined when they may, else why not. */
type OptInRule = (namespace: Labels, pod: PodMetadata, optIn: OptIn) => ClosedNamespace | undefined;

/** What the namespace alone says; its opt-in label beats its revision label (Istio reference 1.1, consequence 1). */
export function namespaceAnswer(namespace: Labels, optIn: OptIn): ClosedNamespace | undefined {
  const { key, enabled, disabled } = optIn.namespaceLabel;
  const label = ownValue(namespace, key);
  if (label === enabled) return undefined;
  if (label === disabled) return 'namespace-disabled';
  if (label !== undefined) return 'namespace-label-invalid';
  const revision = ownValue(namespace, REVISION_LABEL);
  if (revision === optIn.revision) return undefined;
  return revision === undefined ? 'namespace-not-enabled' : 'other-revision';
}

/** The namespace has to be enabled, whatever the pod says. */
const namespaceAndPod: OptInRule = (namespace, _, optIn) => namespaceAnswer(namespace, optIn);

/**
 * Istio’s: in a namespace without either label, a pod may also bring the mark itself, as a label, since Istio’s webhook
 * selects by labels alone (Istio reference, table 1.4).
 */
const istio: OptInRule = (namespace, pod, optIn) => {
  const answer = namespaceAnswer(namespace, optIn);
  if (answer !== 'namespace-not-enabled') return answer;
  const revision = ownValue(labelsOf(pod), REVISION_LABEL);
  if (revision !== undefined) return revision === optIn.revision ? undefined : 'other-revision';
  return askOf(pod, optIn.podKey).label === 'true' ? undefined : answer;
};

export const OPT_IN_RULES: Readonly<Record<OptIn['rule'], OptInRule>> = {
  NamespaceAndPod: namespaceAndPod,
  Istio: istio,
};
