import { checkWorkload } from '../compatibility/check-workload.ts';
import { type FitObject, fitObjectOf } from '../compatibility/fit-object.ts';
import { surroundingsOf } from '../compatibility/surroundings.ts';
import { digest } from '../json/canonical.ts';
import { fieldsOf } from '../json/fields-of.ts';
import type { Namespace } from '../kubernetes/namespace.ts';
import { labelsOf, ownValue } from '../kubernetes/pod.ts';
import { podOfWorkload, type WorkloadPod } from '../kubernetes/workload.ts';
import type { StagesOf } from '../rollout/stage-members.ts';
import type { PodSurroundings } from '../scan/judged-pod.ts';
import { allKnown } from '../simulation/known-labels.ts';
import { simulatePod } from '../simulation/simulate-pod.ts';
import { type JudgedTemplate, namesOf, told } from './cluster-tally.ts';

type Known = Omit<JudgedTemplate, 'namespace' | 'owner' | 'stages' | 'tribe' | 'squad'>;

/** What stands beside the workloads of one namespace. */
export interface NamespaceAround {
  readonly objects: readonly FitObject[];
  /** Of all of them: equal ones say the same. */
  readonly digest: string;
}

/**
 * Judges the templates of workloads, by the policy and by the checks of compatibility. One that stands as it stood under what stood is not
 * judged again: most of a cluster does not change from one look to the next.
 */
export class JudgedTemplates {
  #under: PodSurroundings | undefined;
  #before = new Map<string, Known>();
  #now = new Map<string, Known>();

  /** A look begins, under what decides now. What the look before did not see is forgotten. */
  begin({ policy, services }: PodSurroundings): void {
    const same = this.#under?.policy === policy && this.#under.services === services;
    this.#before = same ? this.#now : new Map();
    this.#now = new Map();
    this.#under = { policy, services };
  }

  /**
   * Judges one workload of the look.
   * @returns undefined for what creates no pods
   */
  judge(
    object: unknown,
    namespace: Namespace,
    around: NamespaceAround,
    stagesOf: StagesOf,
  ): JudgedTemplate | undefined {
    const made = podOfWorkload(object);
    const workload = fitObjectOf(object, namespace.name);
    if (made === undefined || workload === undefined || this.#under === undefined) return undefined;
    const { annotations, labels } = fieldsOf(made.workloadMetadata);
    const { spec } = fieldsOf(object);
    const basis = [made.kind, made.name, annotations, labels, spec, namespace, around.digest];
    const key = digest(JSON.stringify(basis));
    const known = this.#before.get(key) ?? judged(made, workload, namespace, around, this.#under);
    this.#now.set(key, known);
    const podLabels = labelsOf({ metadata: fieldsOf(made.pod.metadata) });
    const { tribe, squad } = this.#under.policy.spec.ownership;
    return {
      ...{ namespace: namespace.name, owner: `${made.kind}/${made.name}`, ...known },
      stages: namesOf(stagesOf(namespace, podLabels)),
      tribe: ownValue(namespace.labels, tribe.namespaceLabel),
      squad: ownValue(podLabels, squad.workloadLabel),
    };
  }
}

function judged(
  made: WorkloadPod,
  workload: FitObject,
  namespace: Namespace,
  { objects }: NamespaceAround,
  { policy, services }: PodSurroundings,
): Known {
  const whole = { pod: made.pod, namespace: { name: namespace.name, known: allKnown(namespace.labels) }, services };
  const simulated = simulatePod({ ...whole, asWritten: true }, policy);
  // every label is known
  if ('unknown' in simulated) throw new Error('a label of a namespace was missed; please report it');
  const { verdict, reason } = simulated.outcome;
  const outcome = { verdict: told(verdict), reason };
  if (policy.protectedNamespaces.has(namespace.name)) return { ...outcome, compatibility: undefined, findings: 0 };
  const around = surroundingsOf(objects, workload, { metadata: fieldsOf(made.pod.metadata) });
  const { verdict: fits, findings } = checkWorkload(made, workload, { policy, namespace, services, around });
  return {
    ...outcome,
    compatibility: { verdict: fits },
    findings: findings.filter(({ suppressed }) => suppressed === undefined).length,
  };
}
