/** What the sidecars of a profile tell about traffic, for whoever looks for it: each kind of profile says it of its own sidecar. */
export interface Signals {
  /** Under whose names its metrics stand; undefined where it counts nothing. */
  readonly metrics: 'Envoy' | 'Istio' | undefined;
  /** `mesh`: the mesh decides, not the profile. Undefined where nothing is written. */
  readonly accessLog: AccessLog | 'mesh' | undefined;
  /** `mesh`: the mesh decides whether there are any. Undefined where there are none. */
  readonly traces: Traces | 'mesh' | undefined;
  /** The features that are on; undefined for a kind that has none to choose. */
  readonly features: readonly string[] | undefined;
}

interface AccessLog {
  readonly mode: 'Errors' | 'All';
  readonly format: 'Json' | 'Gelf';
  /** With mode Errors: so many of a hundred of what went well as well. */
  readonly sampledPercent: number;
}

interface Traces {
  readonly collector: string;
  readonly samplingPercent: number;
}
