import type { FitObject } from '../compatibility/fit-object.ts';
import type { Limit } from '../kubernetes/limit-range.ts';
import type { ActivePolicy } from '../policy/active-policy.ts';
import type { KnownLoad } from './known-load.ts';
import type { RunningPod } from './running-pod.ts';
import type { NodeShape } from './scheduling/node-shape.ts';
import type { SizedWorkload } from './sized-workload.ts';

/** What is known of a cluster, or of files. */
export interface CapacityInput {
  readonly policy: ActivePolicy;
  readonly workloads: readonly SizedWorkload[];
  /** The stage that is opened next; undefined where no plan says one. */
  readonly stage: string | undefined;
  readonly quotas: readonly FitObject[];
  limitsOf(namespace: string): readonly Limit[];
  /** Undefined where they may not be read, or none are named. */
  readonly nodes: readonly NodeShape[] | undefined;
  /** Undefined for files, where nothing runs. */
  readonly pods: readonly RunningPod[] | undefined;
  readonly load: KnownLoad;
}
