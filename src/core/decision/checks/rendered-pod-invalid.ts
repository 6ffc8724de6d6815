import { annotationsOf, containersOf, type Labels, type Pod } from '../../kubernetes/pod.ts';
import type { Problem } from '../../problem/problem.ts';
import { type Edit, edited } from '../../sidecar/edit.ts';
import { partsOf } from '../../sidecar/rendering.ts';
import type { OwnParts } from '../../sidecar/separate.ts';
import type { Check } from '../subject.ts';
import { podResourceProblems } from './pod-resources.ts';

/** What the API server allows all annotations of an object together (apimachinery, ValidateAnnotationsSize). */
const MAX_ANNOTATION_BYTES = 262_144;

/** Would the API server refuse the injected pod as malformed? */
export const renderedPodInvalid: Check<'rendered-pod-invalid'> = ({
  pod,
  separated: { original },
  profile,
  rendering,
  edit,
}) => {
  const { injection, podProblems } = rendering();
  const volumes = (original.spec.volumes ?? []).flatMap((volume, index) =>
    profile.own.volumes.has(volume.name)
      ? [
          {
            path: `/spec/volumes/${index}/name`,
            message: `the volume name ${volume.name} belongs to the sidecar; rename it`,
          },
        ]
      : [],
  );
  const alone =
    original.spec.containers.length === 0 && !(profile.mayStandAlone && partsOf(injection.containers).length > 0)
      ? [{ path: '/spec/containers', message: 'would be empty: the pod has no container but those of the sidecar' }]
      : [];
  const size = annotationBytes(annotationsOf(original), injection.annotations);
  const annotations =
    size > MAX_ANNOTATION_BYTES
      ? [
          {
            path: '/metadata/annotations',
            message: `would have ${size} bytes; at most ${MAX_ANNOTATION_BYTES} are allowed`,
          },
        ]
      : [];
  const problems = [
    ...alone,
    ...volumes,
    ...mountProblems(original, profile.own),
    ...annotations,
    ...podProblems,
    ...resourceProblems(pod, edit),
  ];
  return problems.length === 0 ? undefined : { reason: 'rendered-pod-invalid', rule: '', problems };
};

function mountProblems(original: Pod, { privateVolumes }: OwnParts): readonly Problem[] {
  if (privateVolumes.size === 0) return [];
  return containersOf(original).flatMap(({ container: { volumeMounts }, path }) =>
    (volumeMounts ?? []).flatMap(({ name }, index) =>
      privateVolumes.has(name)
        ? [
            {
              path: `${path}/volumeMounts/${index}/name`,
              message: `the volume ${name} belongs to the sidecar; do not mount it`,
            },
          ]
        : [],
    ),
  );
}

// few pods have resources of their own, and only for them the whole pod is put together
function resourceProblems(pod: Pod, edit: () => Edit | undefined): readonly Problem[] {
  if ((pod.spec as { readonly resources?: unknown }).resources == null) return [];
  const made = edit();
  return made === undefined ? [] : podResourceProblems(edited(pod, made));
}

function annotationBytes(standing: Labels, added: Labels): number {
  const characters = charactersOf(standing) + charactersOf(added);
  // most are so few that they need not be measured
  if (characters * MOST_BYTES <= MAX_ANNOTATION_BYTES) return characters;
  return Object.entries({ ...standing, ...added }).reduce(
    (sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value),
    0,
  );
}

function charactersOf(annotations: Labels): number {
  let characters = 0;
  for (const key of Object.keys(annotations)) characters += key.length + (annotations[key] ?? '').length;
  return characters;
}

// of a UTF-16 unit in UTF-8
const MOST_BYTES = 3;
