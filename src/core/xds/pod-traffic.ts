import type { EnvoyTelemetry } from '../api/envoy-telemetry.ts';
import type { Effective } from '../traffic/effective-values.ts';
import type { Destination } from './resilience/destination.ts';

/** What Services say about the traffic of one pod. */
export interface PodTraffic {
  /** The namespace of the pod. */
  readonly namespace: string;
  /** The last part of the names that the cluster gives Services. */
  readonly clusterDomain: string;
  /** The Services that it calls. */
  readonly destinations: readonly Destination[];
  /** The Services that lead to it, by the port of the pod. */
  readonly served: readonly Served[];
}

/** A Service that leads to a pod. */
export interface Served extends Effective {
  /** The port of the pod. */
  readonly port: number;
  /** What is told about its requests, where that is not what the profile has for all. */
  readonly telemetry: EnvoyTelemetry | undefined;
  /** Other Services on this port that choose something else about its requests, which does not count. */
  readonly passedOver: readonly Effective[];
}
