import type { Subject } from '../decision/subject.ts';
import { fieldsOf } from '../json/fields-of.ts';
import type { Container, Pod } from '../kubernetes/pod.ts';
import { edited } from '../sidecar/edit.ts';
import { authorsContainersOf } from '../sidecar/separate.ts';
import { type FitObject, itemsOf, type Json, specOf } from './fit-object.ts';
import type { Surroundings } from './surroundings.ts';

/** Everything that checks ask about one workload. */
export interface Examined {
  /** Its pods as `admit` sees them, whether they ask for a sidecar or not; its rendering is what they would get. */
  readonly subject: Subject;
  /** The pod as its author wrote it. */
  readonly pod: Pod;
  /** The pod with its sidecar. */
  readonly rendered: () => Pod;
  readonly workload: FitObject;
  /** The way from the workload to its pod. */
  readonly templatePath: string;
  /** The author’s containers, each with the way to it from the pod. */
  readonly containers: readonly AuthorsContainer[];
  /** How many pods there are to be at once, where the workload says so. */
  readonly replicas: number;
  readonly around: Surroundings;
}

export interface AuthorsContainer {
  readonly container: Container;
  readonly path: string;
  /** With the fields that decisions do not read. */
  readonly fields: Json;
}

/** Makes a workload ready to be asked about. */
export function examinedOf(
  subject: Subject,
  workload: FitObject,
  templatePath: string,
  around: Surroundings,
): Examined {
  const { replicas, parallelism } = specOf(workload);
  // a DaemonSet has one on each node, which only its status counts
  const { desiredNumberScheduled } = fieldsOf(workload.value.status);
  return {
    subject,
    pod: subject.separated.original,
    rendered: () => {
      const edit = subject.edit();
      return edit === undefined ? subject.pod : edited(subject.pod, edit);
    },
    workload,
    templatePath,
    containers: authorsContainersOf(subject.pod, subject.profile.own).map(({ container, path }) => ({
      container,
      path,
      fields: container as Json,
    })),
    replicas:
      [replicas, parallelism, desiredNumberScheduled].find((count): count is number => typeof count === 'number') ?? 1,
    around,
  };
}

/** The entries of the LimitRanges around a workload. */
export const limitsAround = ({ around }: Examined): readonly Json[] =>
  around.limitRanges.flatMap((range) => itemsOf(specOf(range).limits));

/** The author’s containers that run beside the sidecar, and not before others. */
export const runningContainers = ({ containers }: Examined): readonly AuthorsContainer[] =>
  containers.filter(({ path, fields }) => path.startsWith('/spec/containers/') || fields.restartPolicy === 'Always');
