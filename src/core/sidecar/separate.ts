import type { Container, Pod } from '../kubernetes/pod.ts';
import { containersOf } from '../kubernetes/pod.ts';
import { ANNOTATIONS, REDIRECT, SIDECAR, VOLUMES } from './names.ts';
import { type ReadStatus, readStatus } from './status.ts';
import { isOverrideImage, type RecordedOverride, recordedOverride } from './undo-record.ts';

/** A container of the author under one of our names. */
export interface Namesake {
  readonly container: Container;
  readonly path: string;
}

/** A namesake that asks for another shape of ours, and how it goes into the status. */
export interface Override extends Namesake {
  readonly recorded: RecordedOverride;
}

/** A pod taken apart into what its author wrote and what an earlier injection added. */
export interface SeparatedPod {
  readonly original: Pod;
  /** Set when the pod carries the mark of an earlier injection. */
  readonly status: ReadStatus | undefined;
  /** Containers that ask for another shape of ours: under our name, with no image or the image `auto`. */
  readonly overrides: readonly Override[];
  /** Containers under our name with an image of their own. */
  readonly impersonators: readonly Namesake[];
}

const OWN_CONTAINERS: ReadonlySet<string> = new Set([SIDECAR, REDIRECT]);
const OWN_VOLUMES: ReadonlySet<string> = new Set(Object.values(VOLUMES));

export const isOwnContainer = ({ name }: { readonly name: string }): boolean => OWN_CONTAINERS.has(name);
export const isOwnVolume = ({ name }: { readonly name: string }): boolean => OWN_VOLUMES.has(name);

/** The containers of a pod that are its author’s, each with its JSON pointer into the pod as it stands. */
export const authorsContainersOf = (pod: Pod): Namesake[] =>
  containersOf(pod).filter(({ container }) => !isOwnContainer(container));

/** Takes a pod apart. For a pod that nobody touched `original` is the pod itself. */
export function separate(pod: Pod): SeparatedPod {
  const status = readStatus(pod);
  const namesakes = containersOf(pod).filter(({ container }) => isOwnContainer(container));
  if (status !== undefined)
    return { original: withoutInjected(pod), status, overrides: storedOverrides(status), impersonators: [] };
  if (namesakes.length === 0) return { original: pod, status, overrides: [], impersonators: [] };
  const overrides = namesakes
    .filter(({ container }) => isOverrideImage(container.image))
    .map(({ container, path }) => ({ container, path, recorded: recordedOverride(container, path) }));
  const impersonators = namesakes.filter(({ container }) => !isOverrideImage(container.image));
  return { original: withoutContainers(pod), status, overrides, impersonators };
}

// the status lists names as well, but a forged list could name a container of the author: only our own names count. The
// annotations for kubectl stay: whoever is asked again must not find another first container and change them.
function withoutInjected(pod: Pod): Pod {
  const { annotations, ...metadata } = pod.metadata;
  const kept = Object.entries(annotations ?? {}).filter(
    ([key]) => key !== ANNOTATIONS.status && key !== ANNOTATIONS.envoyConfig,
  );
  const { spec } = withoutContainers(pod);
  const volumes = (spec.volumes ?? []).filter((volume) => !isOwnVolume(volume));
  return { ...pod, metadata: { ...metadata, annotations: Object.fromEntries(kept) }, spec: { ...spec, volumes } };
}

function withoutContainers(pod: Pod): Pod {
  const authors = (list: readonly Container[]) => list.filter((container) => !isOwnContainer(container));
  return {
    ...pod,
    spec: {
      ...pod.spec,
      containers: authors(pod.spec.containers),
      initContainers: authors(pod.spec.initContainers ?? []),
    },
  };
}

// anybody can write a status, so only that of a stored override counts which an override may say
const storedOverrides = (status: ReadStatus): Override[] =>
  status.overrides.map((recorded, index) => {
    const { name, image, resources } = recorded;
    const path = `/metadata/annotations/pillion.io~1status/overrides/${index}`;
    return { container: { name, image: image ?? null, resources: resources ?? null }, path, recorded };
  });
