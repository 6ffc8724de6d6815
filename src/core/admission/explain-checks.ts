import { type ExaminedCheck, examine } from '../decision/examine.ts';
import { subjectOf } from '../decision/subject.ts';
import { readPod } from '../kubernetes/pod.ts';
import { inputsOf } from './record.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * Tells every check that `decide` asks about a pod under this snapshot, in order, with its result and what it looked at.
 * @param asWritten whether the pod is a manifest that no API server has completed yet
 * @returns undefined where the object is no pod, or nothing is known of its namespace
 */
export function explainChecks(
  object: unknown,
  namespace: string,
  snapshot: Snapshot,
  asWritten: boolean,
): readonly ExaminedCheck[] | undefined {
  const read = readPod(object);
  const known = snapshot.namespaces.get(namespace);
  if ('problems' in read || known === undefined) return undefined;
  const subject = subjectOf(read.pod, known, snapshot.policy, '', asWritten, snapshot.services);
  const { namespaceLabels, podLabels, podAnnotations } = inputsOf(subject);
  return examine(subject, ({ of, kind, key }) => {
    if (kind === 'field') return true;
    const recorded = of === 'namespace' ? namespaceLabels : kind === 'label' ? podLabels : podAnnotations;
    return Object.hasOwn(recorded, key);
  });
}
