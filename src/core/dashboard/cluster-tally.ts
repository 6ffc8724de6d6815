import type { Cell } from '../adoption/counts.ts';
import { LiveCount } from '../adoption/live-count.ts';
import { sumsOf } from '../adoption/status/scoped.ts';
import type { Reason } from '../decision/reasons.ts';
import type { Namespace } from '../kubernetes/namespace.ts';
import { controllerOf } from '../kubernetes/owner.ts';
import type { Pod } from '../kubernetes/pod.ts';
import type { StagesOf } from '../rollout/stage-members.ts';
import type { SidecarState } from '../running/sidecar-state.ts';
import type { JudgedPod, PodSurroundings } from '../scan/judged-pod.ts';
import { LONGEST_OWNER, TO_MEND } from '../scan/scan-report.ts';
import { compareWorkloads, type KnownWorkload, workloadKey } from './known-workload.ts';
import type { NamespaceFigures } from './namespace-pages.ts';
import type { WorkloadRow } from './workloads.ts';

/** What the template of a workload says, whatever runs. */
export interface JudgedTemplate
  extends Pick<
    KnownWorkload,
    'namespace' | 'owner' | 'tribe' | 'squad' | 'stages' | 'verdict' | 'reason' | 'compatibility' | 'findings'
  > {}

/** What was found in a cluster, in rows. */
export interface ClusterFigures {
  /** By namespace, kind and name. */
  readonly workloads: readonly KnownWorkload[];
  readonly namespaces: ReadonlyMap<string, NamespaceFigures>;
  readonly cells: readonly Cell[];
  /** Undefined stands for what is in no stage. */
  readonly byStage: ReadonlyMap<string | undefined, readonly Cell[]>;
  readonly pods: number;
}

interface PodsOf extends Pick<KnownWorkload, 'namespace' | 'owner'> {
  /** The CronJob by whose name that of a Job begins: the Job may as well be called so and be nobody’s. */
  readonly cronJob: string | undefined;
  readonly states: Map<SidecarState, number>;
  /** Of the first pod, for what is made by kinds of others, whose template nobody reads. */
  readonly first: Pick<KnownWorkload, 'tribe' | 'squad' | 'stages'> & {
    verdict: WorkloadRow['verdict'];
    reason: Reason;
  };
}

/** Adds up the pods and workloads of a cluster one after another, in whatever order, and keeps none of them: memory grows with the workloads. */
export class ClusterTally {
  readonly #count: LiveCount;
  readonly #stagesOf: StagesOf;
  readonly #pods = new Map<string, PodsOf>();
  readonly #templates = new Map<string, JudgedTemplate>();
  readonly #toMend = new Map<string, number>();
  #sum = 0;

  constructor(surroundings: PodSurroundings, stagesOf: StagesOf) {
    this.#count = new LiveCount(surroundings, stagesOf);
    this.#stagesOf = stagesOf;
  }

  addPod(judged: JudgedPod, pod: Pod, namespace: Namespace): void {
    this.#count.add(judged, pod, namespace);
    this.#sum += 1;
    const { state, decision, tribe, squad } = judged;
    const isCronJobs = judged.owner.startsWith('CronJob/');
    const owner = cut(isCronJobs ? `Job/${controllerOf(pod)?.name}` : judged.owner);
    const place = { namespace: judged.namespace, owner };
    const key = workloadKey(place);
    let known = this.#pods.get(key);
    if (known === undefined) {
      const stages = namesOf(this.#stagesOf(namespace, pod.metadata.labels ?? {}));
      const { verdict, reason } = decision;
      const cronJob = isCronJobs ? cut(judged.owner) : undefined;
      known = { ...place, cronJob, states: new Map(), first: { tribe, squad, stages, verdict: told(verdict), reason } };
      this.#pods.set(key, known);
    }
    known.states.set(state, (known.states.get(state) ?? 0) + 1);
    if (NEEDS_SOMEBODY.has(state)) this.#toMend.set(place.namespace, (this.#toMend.get(place.namespace) ?? 0) + 1);
  }

  addTemplate(template: JudgedTemplate): void {
    const place = { namespace: template.namespace, owner: cut(template.owner) };
    this.#templates.set(workloadKey(place), { ...template, ...place });
  }

  /** Owners of pods so far that are of a kind, and whose template was not added. */
  withoutTemplate(kind: string): readonly Pick<KnownWorkload, 'namespace' | 'owner'>[] {
    return [...this.#pods]
      .filter(([key, { owner }]) => owner.startsWith(`${kind}/`) && !this.#templates.has(key))
      .map(([, { namespace, owner }]) => ({ namespace, owner }));
  }

  /** How many pods were added so far. */
  get pods(): number {
    return this.#sum;
  }

  /** What was found so far, in steps: of 5,000 workloads all of it takes longer than reviews may wait. */
  *figures(): Generator<void, ClusterFigures> {
    const cells = this.#count.cells();
    yield;
    const byStage = this.#count.cellsByStage();
    yield;
    const pods = this.#podsByWorkload();
    const own = [...this.#templates].map(([key, template]) => ({
      ...template,
      states: pods.get(key)?.states ?? NO_PODS,
    }));
    const others = [...pods]
      .filter(([key]) => !this.#templates.has(key))
      .map(([, { namespace, owner, states, first }]) => ({
        ...{ namespace, owner, states, ...first },
        ...{ compatibility: undefined, findings: 0 },
      }));
    yield;
    const workloads = [...own, ...others].sort(compareWorkloads);
    yield;
    const ofNamespaces = Map.groupBy(cells, ({ namespace }) => namespace);
    const names = new Set([...ofNamespaces.keys(), ...this.#toMend.keys()]);
    return {
      workloads,
      namespaces: new Map(
        [...names].map((name) => [
          name,
          { ...sumsOf(ofNamespaces.get(name) ?? []), toMend: this.#toMend.get(name) ?? 0 },
        ]),
      ),
      cells,
      byStage,
      pods: this.#sum,
    };
  }

  /** The pods of a Job that is not listed itself are those of its CronJob, of all its runs together. */
  #podsByWorkload(): ReadonlyMap<string, PodsOf> {
    const found = new Map<string, PodsOf>();
    for (const [key, pods] of this.#pods) {
      const { namespace, cronJob } = pods;
      const owner = cronJob === undefined || this.#templates.has(key) ? pods.owner : cronJob;
      const of = workloadKey({ namespace, owner });
      const before = found.get(of);
      found.set(of, { ...(before ?? pods), owner, states: summed(before?.states ?? NO_PODS, pods.states) });
    }
    return found;
  }
}

function summed(
  one: ReadonlyMap<SidecarState, number>,
  other: ReadonlyMap<SidecarState, number>,
): Map<SidecarState, number> {
  const sum = new Map(one);
  for (const [state, count] of other) sum.set(state, (sum.get(state) ?? 0) + count);
  return sum;
}

const NO_PODS: ReadonlyMap<SidecarState, number> = new Map();
const NEEDS_SOMEBODY: ReadonlySet<SidecarState> = new Set(TO_MEND);

/** How stages are called. */
export const namesOf = (stages: readonly { readonly name: string }[]): readonly string[] =>
  stages.map(({ name }) => name);

const cut = (owner: string): string => owner.slice(0, LONGEST_OWNER);

/** A pod is never allowed, as a change of a namespace is. */
export const told = (verdict: string): WorkloadRow['verdict'] =>
  verdict === 'inject' || verdict === 'skip' || verdict === 'deny' ? verdict : 'error';
