import type { EffectiveValues } from '../traffic/effective-values.ts';
import type { Destination } from './resilience/destination.ts';

/** What Services say about the traffic of one pod. */
export interface PodTraffic {
  /** The namespace of the pod. */
  readonly namespace: string;
  /** The Services that it calls. */
  readonly destinations: readonly Destination[];
  /** The Services that lead to it, by the port of the pod. */
  readonly served: readonly Served[];
}

/** A Service that leads to a pod. */
export interface Served {
  /** The port of the pod. */
  readonly port: number;
  readonly values: EffectiveValues;
}
