import { checkWorkload } from '../compatibility/check-workload.ts';
import { NOTHING_AROUND } from '../compatibility/surroundings.ts';
import { fieldsOf } from '../json/fields-of.ts';
import type { Namespace } from '../kubernetes/namespace.ts';
import { controllerOf } from '../kubernetes/owner.ts';
import { labelsOf, ownValue, type Pod } from '../kubernetes/pod.ts';
import { podOfWorkload } from '../kubernetes/workload.ts';
import { sentAgain } from '../running/sent-again.ts';
import type { PodSurroundings } from '../scan/judged-pod.ts';

// one StatefulSet or DaemonSet has pods of several templates while it is rolled out
const TEMPLATE_LABELS = ['controller-revision-hash', 'pod-template-hash'];

/**
 * Whether pods get on with a sidecar, by the checks of `pillion check` that a pod alone answers: Services, quotas, autoscalers and whatever else
 * stands around it are not looked at, nor is a suppression on the workload above its template. Pods of one template are checked once.
 */
export class PodFit {
  readonly #surroundings: PodSurroundings;
  readonly #known = new Map<string, boolean>();

  constructor(surroundings: PodSurroundings) {
    this.#surroundings = surroundings;
  }

  isIncompatible(pod: Pod, namespace: Namespace): boolean {
    const template = templateOf(pod, namespace);
    const known = template === undefined ? undefined : this.#known.get(template);
    if (known !== undefined) return known;
    const checked = this.#check(pod, namespace);
    if (template !== undefined) this.#known.set(template, checked);
    return checked;
  }

  #check(pod: Pod, namespace: Namespace): boolean {
    const { policy, services } = this.#surroundings;
    // the items of a list say neither
    const value = { ...sentAgain(pod, policy.spec.optIn.podKey), apiVersion: 'v1', kind: 'Pod' };
    const made = podOfWorkload(value);
    if (made === undefined) return false;
    const workload = { kind: made.kind, namespace: namespace.name, name: made.name, value };
    return (
      checkWorkload(made, workload, { policy, namespace, services, around: NOTHING_AROUND }).verdict === 'incompatible'
    );
  }
}

/** What pods made from one template have in common; undefined for a pod without a controller. */
function templateOf(pod: Pod, { name }: Namespace): string | undefined {
  const { controller, labels } = { controller: controllerOf(pod), labels: labelsOf(pod) };
  if (controller === undefined) return undefined;
  const { uid } = fieldsOf(controller);
  return JSON.stringify([
    name,
    controller.kind,
    controller.name,
    uid,
    TEMPLATE_LABELS.map((key) => ownValue(labels, key)),
  ]);
}
