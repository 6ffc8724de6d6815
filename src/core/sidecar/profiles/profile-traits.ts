import type { EnvoyTelemetry } from '../../api/envoy-telemetry.ts';

/** What an application has to get on with, beside what its pod is refused for: each kind of profile says it of its own sidecar. */
export interface ProfileTraits {
  /** Whether any traffic is sent through the sidecar without the application’s doing. */
  readonly captures: boolean;
  /** Whom the sidecar has to reach before it is ready; undefined where it needs nobody. */
  readonly controlPlane: { readonly host: string; readonly port: number } | undefined;
  /** Whether the redirect stands while init containers run, and the proxy does not. */
  readonly strandsInitContainers: boolean;
  /** What becomes of a connection on which the server speaks first, where nobody declared its protocol. */
  readonly serverSpeaksFirst: 'passes' | 'waits a moment' | 'stalls';
  /** Whether the names and appProtocols of Service ports decide how traffic is read. */
  readonly readsPortNames: boolean;
  readonly takesHttp10: boolean;
  /** Whether the ServiceAccount is who the pod is to others. */
  readonly accountIsIdentity: boolean;
  /** The annotation, with `false` as its value, that leaves probes to the kubelet; undefined where there is none. */
  readonly probeSwitch: string | undefined;
  /** How long the proxy goes on for calls of an application that ends, where the kubelet ends both at once. */
  readonly drainSeconds: number;
  /** What it tells about traffic beside its metrics; undefined where it tells nothing, or another decides. */
  readonly tells: EnvoyTelemetry | undefined;
}
