import type { Namespace } from '../kubernetes/namespace.ts';
import type { Pod } from '../kubernetes/pod.ts';
import type { StagesOf } from '../rollout/stage-members.ts';
import type { JudgedPod, PodSurroundings } from '../scan/judged-pod.ts';
import { countedInStage } from './counted-in-stage.ts';
import { countedOf } from './counted-of.ts';
import { AdoptionCount } from './counted-pods.ts';
import type { Cell } from './counts.ts';
import { PodFit } from './pod-fit.ts';

/** Counts the pods of a cluster as they stand, one after another, as a whole and by stage. A pod counts in each stage to which it belongs. */
export class LiveCount {
  readonly #fit: PodFit;
  readonly #stagesOf: StagesOf;
  readonly #all = new AdoptionCount();
  readonly #stages = new Map<string | undefined, AdoptionCount>();

  /** @param stagesOf where nothing is said, everything belongs to no stage */
  constructor(surroundings: PodSurroundings, stagesOf: StagesOf = () => []) {
    this.#fit = new PodFit(surroundings);
    this.#stagesOf = stagesOf;
  }

  add(judged: JudgedPod, pod: Pod, namespace: Namespace): void {
    const counted = countedOf(judged, pod, this.#fit.isIncompatible(pod, namespace));
    this.#all.add(counted);
    const stages = this.#stagesOf(namespace, pod.metadata.labels ?? {});
    if (stages.length === 0) this.#of(undefined).add(counted);
    for (const stage of stages) this.#of(stage.name).add(countedInStage(stage, namespace, counted));
  }

  /** What was counted so far, ordered by namespace and squad. */
  cells(): readonly Cell[] {
    return this.#all.cells();
  }

  /** The same by stage; undefined stands for what belongs to none. */
  cellsByStage(): ReadonlyMap<string | undefined, readonly Cell[]> {
    return new Map([...this.#stages].map(([stage, count]) => [stage, count.cells()]));
  }

  #of(stage: string | undefined): AdoptionCount {
    const count = this.#stages.get(stage) ?? new AdoptionCount();
    this.#stages.set(stage, count);
    return count;
  }
}
