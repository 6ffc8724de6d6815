import type { Namespace } from '../kubernetes/namespace.ts';
import type { Pod } from '../kubernetes/pod.ts';
import type { JudgedPod, PodSurroundings } from '../scan/judged-pod.ts';
import { countedOf } from './counted-of.ts';
import { AdoptionCount } from './counted-pods.ts';
import type { Cell } from './counts.ts';
import { PodFit } from './pod-fit.ts';

/** The name of the part that a pod belongs to; undefined for what belongs to none. */
export type PartOf = (namespace: Namespace, podLabels: Readonly<Record<string, string>>) => string | undefined;

/** Counts the pods of a cluster as they stand, one after another, as a whole and by parts such as stages. */
export class LiveCount {
  readonly #fit: PodFit;
  readonly #partOf: PartOf;
  readonly #all = new AdoptionCount();
  readonly #parts = new Map<string | undefined, AdoptionCount>();

  /** @param partOf where nothing is said, everything belongs to no part */
  constructor(surroundings: PodSurroundings, partOf: PartOf = () => undefined) {
    this.#fit = new PodFit(surroundings);
    this.#partOf = partOf;
  }

  add(judged: JudgedPod, pod: Pod, namespace: Namespace): void {
    const counted = countedOf(judged, pod, this.#fit.isIncompatible(pod, namespace));
    this.#all.add(counted);
    const part = this.#partOf(namespace, pod.metadata.labels ?? {});
    const count = this.#parts.get(part) ?? new AdoptionCount();
    count.add(counted);
    this.#parts.set(part, count);
  }

  /** What was counted so far, ordered by namespace and squad. */
  cells(): readonly Cell[] {
    return this.#all.cells();
  }

  /** The same by parts; undefined stands for what belongs to none. */
  cellsByPart(): ReadonlyMap<string | undefined, readonly Cell[]> {
    return new Map([...this.#parts].map(([part, count]) => [part, count.cells()]));
  }
}
