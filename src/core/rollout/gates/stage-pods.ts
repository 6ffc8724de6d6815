import { countedOf } from '../../adoption/counted-of.ts';
import { AdoptionCount } from '../../adoption/counted-pods.ts';
import { pointOf } from '../../adoption/counts.ts';
import type { RolloutPlan, RolloutStage } from '../../api/rollout-plan.ts';
import type { Namespace } from '../../kubernetes/namespace.ts';
import { labelsOf, type Pod } from '../../kubernetes/pod.ts';
import type { ActivePolicy } from '../../policy/active-policy.ts';
import type { JudgedPod } from '../../scan/judged-pod.ts';
import { featureLabel } from '../stage-labels.ts';
import { type StagesOf, stageFinder, stagesHere } from '../stage-members.ts';
import type { GateScope, OpenSidecar } from './gate-scope.ts';
import { openSidecar } from './open-sidecar.ts';

/** The stages that count as open when the gates of one are asked: those of this environment but for itself. */
export const otherOpenStages = (plan: RolloutPlan, asked: RolloutStage): readonly RolloutStage[] =>
  stagesHere(plan).filter(({ name, state }) => state === 'Open' && name !== asked.name);

/** Takes the pods that run, one after another, and keeps what gates ask of them. */
export class StagePods {
  readonly #stage: RolloutStage;
  readonly #open: readonly RolloutStage[];
  readonly #stagesOf: StagesOf;
  readonly #policy: ActivePolicy;
  readonly #sidecars: OpenSidecar[] = [];
  readonly #count = new AdoptionCount();
  readonly #joining = { ofControlPlane: 0, toCount: 0 };

  constructor(plan: RolloutPlan, stage: RolloutStage, policy: ActivePolicy) {
    this.#stage = stage;
    this.#open = otherOpenStages(plan, stage);
    this.#stagesOf = stageFinder(plan);
    this.#policy = policy;
  }

  /** Pods of no stage may come as well. */
  add(judged: JudgedPod, pod: Pod, namespace: Namespace): void {
    const stages = this.#stagesOf(namespace, labelsOf(pod));
    const counted = countedOf(judged, pod, false);
    if (stages.some((stage) => this.#open.includes(stage))) {
      this.#count.add(counted);
      if (judged.carries) this.#sidecars.push(openSidecar(pod));
    }
    if (counted.standing !== 'eligible' || !stages.some(({ name }) => name === this.#stage.name)) return;
    const now = this.#policy.profileFor(pod, namespace);
    const then = this.#policy.profileFor(pod, this.#opened(namespace));
    const counts = ({ signals }: typeof now) => signals.metrics !== undefined;
    if (counts(then) && !(judged.carries && counts(now))) this.#joining.toCount++;
    if (!judged.carries && then.traits.controlPlane !== undefined) this.#joining.ofControlPlane++;
  }

  /** The namespace with the labels of the features that the stage switches on. */
  #opened({ labels, ...namespace }: Namespace): Namespace {
    const features = (this.#stage.features ?? []).map((feature) => [featureLabel(feature), 'enabled']);
    return { ...namespace, labels: { ...labels, ...Object.fromEntries(features) } };
  }

  /** What was seen so far. */
  scope(nowMs: number): GateScope {
    return {
      nowMs,
      openStages: this.#open.map(({ name }) => name),
      openSidecars: this.#sidecars,
      openWorkloads: pointOf('', this.#count.cells()).workloads,
      joining: { ...this.#joining },
    };
  }
}
