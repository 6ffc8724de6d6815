/** A Kubernetes object as plain JSON. */
export type Json = Record<string, unknown>;

export interface PodJson extends Json {
  readonly metadata: Json & {
    readonly labels?: Readonly<Record<string, string>> | null;
    readonly annotations?: Readonly<Record<string, string>> | null;
  };
  readonly spec: Json & {
    readonly containers: readonly Json[];
    readonly initContainers?: readonly Json[] | null;
    readonly volumes?: readonly Json[] | null;
  };
}

export const MARK = 'sidecar.istio.io/inject';

/** A pod that says nothing about sidecars. */
export const podWith = ({ metadata = {}, spec = {} }: { metadata?: Json; spec?: Json } = {}): PodJson => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', ...metadata },
  spec: { containers: [{ name: 'web', image: 'registry.example/web:1' }], ...spec },
});

/** A pod that asks for a sidecar by annotation, and may say more. */
export const askingPod = (annotations: Json = {}, spec: Json = {}): PodJson =>
  podWith({ metadata: { annotations: { [MARK]: 'true', ...annotations } }, spec });

/** The pod as a controller of this kind creates it. */
export const ownedBy = (kind: string, name: string, { metadata, ...pod }: PodJson): PodJson => ({
  ...pod,
  metadata: {
    ...metadata,
    ownerReferences: [{ apiVersion: kind === 'Job' ? 'batch/v1' : 'apps/v1', kind, name, uid: '1', controller: true }],
  },
});
