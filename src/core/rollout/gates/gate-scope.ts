import type { Counts } from '../../adoption/counts.ts';

/** Which metrics a sidecar has: those of Envoy itself, or the ones that Istio’s build of it adds. */
export type SidecarKind = 'Envoy' | 'Istio';

/** The sidecar of a pod in a stage that is open, as the API server tells of it. */
export interface OpenSidecar {
  readonly namespace: string;
  readonly pod: string;
  readonly kind: SidecarKind;
  /** Whether it runs at this moment, so that Prometheus can read it. */
  readonly runs: boolean;
  /** Bytes; undefined where it has no limit. */
  readonly memoryLimit: number | undefined;
  readonly podCreatedMs: number;
  /** Since its pod was created. */
  readonly restarts: number;
  /** When the last of them was, if that is told. */
  readonly lastRestartMs: number | undefined;
}

/** A replica of istiod. */
export interface IstiodReplica {
  readonly namespace: string;
  readonly pod: string;
  readonly isReady: boolean;
  /** Cores and bytes; undefined where it requests none. */
  readonly cpuRequest: number | undefined;
  readonly memoryRequest: number | undefined;
}

/** What the cluster says about the stages that are open, and about the one whose gates are asked. */
export interface GateScope {
  readonly nowMs: number;
  /** The stages of this environment that are open, the one that is asked about left out. */
  readonly openStages: readonly string[];
  readonly openSidecars: readonly OpenSidecar[];
  /** The workloads of the open stages. */
  readonly openWorkloads: Counts;
  /** What of the stage changes by it. */
  readonly joining: {
    /** Pods that run without a sidecar, could have one, and have it told by a control plane what to do. */
    readonly ofControlPlane: number;
    /** Pods that Prometheus reads then and does not yet: they have no sidecar, or one that counts nothing. */
    readonly toCount: number;
  };
}
