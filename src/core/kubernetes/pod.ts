import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { Problem } from '../problem/problem.ts';
import { absentable, StringMap } from './field-schemas.ts';

const OwnerReference = Type.Object({
  apiVersion: Type.String(),
  kind: Type.String(),
  name: Type.String(),
  controller: absentable(Type.Boolean()),
});

const Port = Type.Object({
  name: absentable(Type.String()),
  containerPort: Type.Number(),
  hostPort: absentable(Type.Number()),
  protocol: absentable(Type.String()),
  hostIP: absentable(Type.String()),
});

const Action = Type.Object({
  httpGet: absentable(
    Type.Object({
      port: Type.Union([Type.Number(), Type.String()]),
      path: absentable(Type.String()),
      scheme: absentable(Type.String()),
    }),
  ),
  tcpSocket: absentable(
    Type.Object({ port: Type.Union([Type.Number(), Type.String()]), host: absentable(Type.String()) }),
  ),
  grpc: absentable(Type.Object({ port: Type.Number() })),
  timeoutSeconds: absentable(Type.Number()),
  periodSeconds: absentable(Type.Number()),
});

const Container = Type.Object({
  name: Type.String(),
  image: absentable(Type.String()),
  ports: absentable(Type.Array(Port)),
  readinessProbe: absentable(Action),
  livenessProbe: absentable(Action),
  startupProbe: absentable(Action),
  lifecycle: absentable(Type.Object({ preStop: absentable(Action), postStart: absentable(Action) })),
  volumeMounts: absentable(Type.Array(Type.Object({ name: Type.String(), mountPath: Type.String() }))),
  securityContext: absentable(Type.Object({ runAsUser: absentable(Type.Number()) })),
  resources: absentable(Type.Object({ requests: absentable(Type.Object({})), limits: absentable(Type.Object({})) })),
});

const PodSchema = Type.Object({
  metadata: Type.Object({
    name: absentable(Type.String()),
    uid: absentable(Type.String()),
    generateName: absentable(Type.String()),
    labels: absentable(StringMap),
    annotations: absentable(StringMap),
    ownerReferences: absentable(Type.Array(OwnerReference)),
  }),
  spec: Type.Object({
    containers: Type.Array(Container, { minItems: 1 }),
    initContainers: absentable(Type.Array(Container)),
    volumes: absentable(Type.Array(Type.Object({ name: Type.String() }))),
    imagePullSecrets: absentable(Type.Array(Type.Object({ name: absentable(Type.String()) }))),
    serviceAccountName: absentable(Type.String()),
    terminationGracePeriodSeconds: absentable(Type.Number()),
    hostNetwork: absentable(Type.Boolean()),
    automountServiceAccountToken: absentable(Type.Boolean()),
    os: absentable(Type.Object({ name: Type.String() })),
    nodeSelector: absentable(StringMap),
    securityContext: absentable(
      Type.Object({
        runAsUser: absentable(Type.Number()),
        seccompProfile: absentable(Type.Object({ type: absentable(Type.String()) })),
      }),
    ),
  }),
});

/** The fields of a Pod that Pillion reads; every other field is carried along untouched. */
export type Pod = Static<typeof PodSchema>;
export type Container = Static<typeof Container>;
export type Action = Static<typeof Action>;
export type OwnerReference = Static<typeof OwnerReference>;
export type Labels = Readonly<Record<string, string>>;

const compiled = Compile(PodSchema);
const compiledContainer = Compile(Container);
const NO_LABELS: Labels = Object.freeze({});

/** A pod of which only the metadata is read. */
export type PodMetadata = Pick<Pod, 'metadata'>;

export const labelsOf = (pod: PodMetadata): Labels => pod.metadata.labels ?? NO_LABELS;
export const annotationsOf = (pod: PodMetadata): Labels => pod.metadata.annotations ?? NO_LABELS;

/** Whether a value of unknown shape is a container, as far as containers are read. */
export const isContainer = (value: unknown): value is Container => compiledContainer.Check(value);

/** The value under a key that a user chose, never one that a plain object inherits (`constructor`, `toString`). */
export const ownValue = (map: Labels, key: string): string | undefined =>
  Object.hasOwn(map, key) ? map[key] : undefined;

/** Every container of a pod, init containers first, as the kubelet starts them. */
export const allContainersOf = ({ spec: { initContainers, containers } }: Pod): readonly Container[] =>
  initContainers ? [...initContainers, ...containers] : containers;

/** Every container of a pod with its JSON pointer, init containers first, as the kubelet starts them. */
export function containersOf(pod: Pod): { readonly container: Container; readonly path: string }[] {
  const listed = (list: 'initContainers' | 'containers') =>
    (pod.spec[list] ?? []).map((container, index) => ({ container, path: `/spec/${list}/${index}` }));
  return [...listed('initContainers'), ...listed('containers')];
}

// the other half of what may be absent; the first half says what is wanted
const OR_NULL = 'must be null';

/**
 * Takes an object of unknown shape as a Pod when every field that is read has its type.
 * @returns the same object, or what is wrong with it, each with a JSON pointer into the pod
 */
export function readPod(object: unknown): { readonly pod: Pod } | { readonly problems: readonly Problem[] } {
  if (compiled.Check(object)) return { pod: object };
  const problems = compiled
    .Errors(object)
    .filter(({ keyword, message }) => keyword !== 'anyOf' && message !== OR_NULL)
    .map(({ instancePath, message }) => ({ path: instancePath, message }));
  return { problems };
}
