import { annotationsOf, type Labels, labelsOf } from '../kubernetes/pod.ts';
import type { Subject } from './subject.ts';

/** Something that a check looked at: a label, an annotation or a field, and what stood there. */
export interface Evidence {
  readonly of: 'pod' | 'namespace';
  readonly kind: 'label' | 'annotation' | 'field';
  readonly key: string;
  /** Absent where nothing stood there. */
  readonly value?: string;
}

/** A subject that notes what is looked at, and what was noted since it was asked last. */
export interface WatchedSubject {
  readonly subject: Subject;
  readonly noted: () => readonly Evidence[];
}

/** What of a pod’s spec checks read before anything is rendered. */
const FIELDS: ReadonlySet<string> = new Set(['hostNetwork', 'os', 'nodeSelector']);

/**
 * The subject with labels, annotations and fields that note who looks at them: what is told is what was read, and no list that somebody has to
 * keep. What rendering reads is not noted: its settings are told with their origins.
 */
export function watchedSubject(subject: Subject): WatchedSubject {
  let noted: Evidence[] = [];
  const note = (evidence: Evidence) => {
    const { of, kind, key } = evidence;
    if (!noted.some((one) => one.of === of && one.kind === kind && one.key === key)) noted.push(evidence);
  };
  const { pod, namespace } = subject;
  const watch = (of: Evidence['of'], kind: 'label' | 'annotation', map: Labels) =>
    new Proxy(map, {
      // what ownValue asks
      getOwnPropertyDescriptor: (target, key) => {
        const there = Reflect.getOwnPropertyDescriptor(target, key);
        if (typeof key === 'string') note({ of, kind, key, ...(there && { value: String(there.value) }) });
        return there;
      },
    });
  const spec = new Proxy(pod.spec, {
    get: (target, key) => {
      const value: unknown = Reflect.get(target, key);
      if (typeof key === 'string' && FIELDS.has(key))
        note({ of: 'pod', kind: 'field', key: `/spec/${key}`, ...(value != null && { value: JSON.stringify(value) }) });
      return value;
    },
  });
  const metadata = {
    ...pod.metadata,
    labels: watch('pod', 'label', labelsOf(pod)),
    annotations: watch('pod', 'annotation', annotationsOf(pod)),
  };
  return {
    subject: {
      ...subject,
      pod: { ...pod, metadata, spec },
      namespace: {
        ...namespace,
        get name() {
          note({ of: 'namespace', kind: 'field', key: '/metadata/name', value: namespace.name });
          return namespace.name;
        },
        labels: watch('namespace', 'label', namespace.labels),
      },
    },
    noted: () => {
      const since = noted;
      noted = [];
      return since;
    },
  };
}
