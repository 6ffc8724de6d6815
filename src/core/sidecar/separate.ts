import { isObject } from '../json/is-object.ts';
import { parsedJson } from '../json/parsed.ts';
import type { Container, Pod } from '../kubernetes/pod.ts';
import { allContainersOf, annotationsOf, containersOf, type Labels, labelsOf, ownValue } from '../kubernetes/pod.ts';
import { withFields } from './fields.ts';
import { ANNOTATIONS } from './names.ts';
import { isOverrideImage, type RecordedOverride, recordedOverride } from './recorded-override.ts';
import { type ReadStatus, readStatus } from './status.ts';

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
  /** Set when the pod carries the mark of an earlier injection of ours. */
  readonly status: ReadStatus | undefined;
  /** Whether an earlier injection put its parts there: ours, or that of an injector whose place this profile takes. */
  readonly injectedBefore: boolean;
  /** Containers that ask for another shape of ours: under our name, with no image or the image `auto`. */
  readonly overrides: readonly Override[];
  /** Containers under our name with an image of their own. */
  readonly impersonators: readonly Namesake[];
  /** Containers that the other injector put there. */
  readonly standing: readonly Override[];
}

/** How a profile tells its own parts from the author’s. */
export interface OwnParts {
  readonly containers: ReadonlySet<string>;
  readonly volumes: ReadonlySet<string>;
  /** Those of them that no container of the author may mount. */
  readonly privateVolumes: ReadonlySet<string>;
  /** Whether a container under our name may bring an image of its own. */
  readonly takesImages: boolean;
  /** What of an override that is stored in a status counts, since anybody can write one; everything when undefined. */
  readonly storedFields: readonly (keyof Container)[] | undefined;
  /** The annotation by which the injector is known whose place this profile takes. */
  readonly predecessor: string | undefined;
}

/** The containers of a pod that are its author’s, each with its JSON pointer into the pod as it stands. */
export const authorsContainersOf = (pod: Pod, own: OwnParts): Namesake[] =>
  containersOf(pod).filter(({ container }) => !own.containers.has(container.name));

/** Takes a pod apart. For a pod that nobody touched `original` is the pod itself. */
export function separate(pod: Pod, own: OwnParts): SeparatedPod {
  const status = readStatus(pod);
  const isNamesake = ({ name }: Container) => own.containers.has(name);
  const namesakes = allContainersOf(pod).some(isNamesake)
    ? containersOf(pod).filter(({ container }) => isNamesake(container))
    : [];
  if (status !== undefined)
    return {
      original: withoutInjected(pod, status, own),
      status,
      injectedBefore: true,
      overrides: storedOverrides(status, own).filter(({ recorded }) => recorded.under !== true),
      impersonators: [],
      standing: storedOverrides(status, own).filter(({ recorded }) => recorded.under === true),
    };
  const predecessors = own.predecessor === undefined ? undefined : ownValue(annotationsOf(pod), own.predecessor);
  if (predecessors !== undefined)
    return {
      original: withoutParts(pod, own, volumesIn(predecessors)),
      status,
      injectedBefore: true,
      overrides: [],
      impersonators: [],
      standing: namesakes.map(({ container, path }) => ({
        container,
        path,
        recorded: { ...recordedOverride(container, path, true), under: true as const },
      })),
    };
  const common = { status, injectedBefore: false, standing: [] };
  if (namesakes.length === 0) return { ...common, original: pod, overrides: [], impersonators: [] };
  const isOverride = ({ container }: Namesake) => own.takesImages || isOverrideImage(container.image);
  const overrides = namesakes.filter(isOverride).map(({ container, path }) => ({
    container,
    path,
    recorded: recordedOverride(container, path, own.storedFields === undefined),
  }));
  const impersonators = namesakes.filter((namesake) => !isOverride(namesake));
  return { ...common, original: withoutContainers(pod, own), overrides, impersonators };
}

// the annotations for kubectl stay: whoever is asked again must not find another first container and change them
const STAYING: ReadonlySet<string> = new Set([ANNOTATIONS.defaultContainer, ANNOTATIONS.defaultLogsContainer]);

// the status lists parts as well, but a forged list could name a container of the author: only our own names count; a volume that it
// names stays in the pod unless it is rendered again
function withoutInjected(pod: Pod, { undo, secrets, volumes }: ReadStatus, own: OwnParts): Pod {
  const { metadata, spec: restored } = withFields(withoutParts(pod, own, volumes), undo.was.fields);
  const kept = (restored.imagePullSecrets ?? []).filter(({ name }) => !secrets.has(name));
  const spec = secrets.size === 0 ? restored : { ...restored, imagePullSecrets: kept };
  const added = [ANNOTATIONS.status, ANNOTATIONS.envoyConfig, ...undo.annotations.filter((key) => !STAYING.has(key))];
  const annotations = { ...without(annotationsOf(pod), added), ...undo.was.annotations };
  const labels =
    undo.labels.length === 0 && Object.keys(undo.was.labels).length === 0
      ? metadata.labels
      : { ...without(labelsOf(pod), undo.labels), ...undo.was.labels };
  return { ...pod, metadata: { ...metadata, ...(labels ? { labels } : {}), annotations }, spec };
}

function without(texts: Labels, keys: readonly string[]): Record<string, string> {
  const gone = new Set(keys);
  return Object.fromEntries(Object.entries(texts).filter(([key]) => !gone.has(key)));
}

// the other injector’s status, which lists its parts as ours does
function volumesIn(text: string): ReadonlySet<unknown> {
  const status = parsedJson(text);
  return new Set(isObject(status) && Array.isArray(status.volumes) ? status.volumes : []);
}

function withoutParts(pod: Pod, own: OwnParts, others: ReadonlySet<unknown> = new Set()): Pod {
  const { spec, ...rest } = withoutContainers(pod, own);
  const volumes = (spec.volumes ?? []).filter(({ name }) => !own.volumes.has(name) && !others.has(name));
  return { ...rest, spec: { ...spec, volumes } };
}

function withoutContainers(pod: Pod, own: OwnParts): Pod {
  const authors = (list: readonly Container[]) => list.filter(({ name }) => !own.containers.has(name));
  return {
    ...pod,
    spec: {
      ...pod.spec,
      containers: authors(pod.spec.containers),
      initContainers: authors(pod.spec.initContainers ?? []),
    },
  };
}

const storedOverrides = (status: ReadStatus, { storedFields }: OwnParts): Override[] =>
  status.overrides.map((recorded, index) => {
    const path = `/metadata/annotations/pillion.io~1status/overrides/${index}`;
    const { at, under: _, ...whole } = recorded;
    const container =
      storedFields === undefined
        ? whole
        : ({ ...Object.fromEntries(storedFields.map((field) => [field, recorded[field] ?? null])) } as Container);
    return { container, path: recorded.under === true ? at : path, recorded };
  });
