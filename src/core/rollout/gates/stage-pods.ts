import { countedOf } from '../../adoption/counted-of.ts';
import { AdoptionCount } from '../../adoption/counted-pods.ts';
import { pointOf } from '../../adoption/counts.ts';
import type { RolloutPlan, RolloutStage } from '../../api/rollout-plan.ts';
import type { Namespace } from '../../kubernetes/namespace.ts';
import { labelsOf, type Pod } from '../../kubernetes/pod.ts';
import type { ActivePolicy } from '../../policy/active-policy.ts';
import type { JudgedPod } from '../../scan/judged-pod.ts';
import { stageCovers, stagesHere } from '../stage-members.ts';
import type { GateScope, OpenSidecar } from './gate-scope.ts';
import { openSidecar } from './open-sidecar.ts';

/** The stages that count as open when the gates of one are asked: those of this environment but for itself. */
export const otherOpenStages = (plan: RolloutPlan, asked: RolloutStage): readonly RolloutStage[] =>
  stagesHere(plan).filter(({ name, state }) => state === 'Open' && name !== asked.name);

/** Takes the pods that run, one after another, and keeps what gates ask of them. */
export class StagePods {
  readonly #stage: RolloutStage;
  readonly #open: readonly RolloutStage[];
  readonly #policy: ActivePolicy;
  readonly #sidecars: OpenSidecar[] = [];
  readonly #count = new AdoptionCount();
  #joining = 0;
  #ofControlPlane = 0;

  constructor(plan: RolloutPlan, stage: RolloutStage, policy: ActivePolicy) {
    this.#stage = stage;
    this.#open = otherOpenStages(plan, stage);
    this.#policy = policy;
  }

  /** Pods of no stage may come as well. */
  add(judged: JudgedPod, pod: Pod, namespace: Namespace): void {
    const labels = labelsOf(pod);
    const counted = countedOf(judged, pod, false);
    if (this.#open.some((stage) => stageCovers(stage, namespace, labels))) {
      this.#count.add(counted);
      if (judged.carries) this.#sidecars.push(openSidecar(pod));
    }
    if (counted.standing === 'ineligible' || !stageCovers(this.#stage, namespace, labels)) return;
    if (judged.carries || counted.standing !== 'eligible') return;
    this.#joining++;
    if (this.#policy.profileFor(pod, namespace).traits.controlPlane !== undefined) this.#ofControlPlane++;
  }

  /** What was seen so far. */
  scope(nowMs: number): GateScope {
    return {
      nowMs,
      openStages: this.#open.map(({ name }) => name),
      openSidecars: this.#sidecars,
      openWorkloads: pointOf('', this.#count.cells()).workloads,
      joining: { pods: this.#joining, ofControlPlane: this.#ofControlPlane },
    };
  }
}
