import type { ExplainContext } from '../admission/decided-workloads.ts';
import { fieldsOf } from '../json/fields-of.ts';
import type { ManifestObject } from '../kubernetes/manifest-objects.ts';
import { podOfWorkload } from '../kubernetes/workload.ts';
import { checkWorkload, type WorkloadCompatibility } from './check-workload.ts';
import type { Asked } from './compatibility.ts';
import { type FitObject, fitObjectOf } from './fit-object.ts';
import { surroundingsOf } from './surroundings.ts';

/** One workload with what was found about it. */
export interface CheckedWorkload extends WorkloadCompatibility {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly file?: string;
  readonly line?: number;
}

/** An object of a file, with the way back to its place. */
export const objectOfFile = ({ value, document, at }: ManifestObject, defaultNamespace: string) =>
  fitObjectOf(value, defaultNamespace, (path) => ({ file: document.file, line: document.place(at + path).line }));

/** Checks every workload among the objects. What stands around them is looked for among the objects as well. */
export function checkWorkloads(
  objects: readonly FitObject[],
  { policy, namespaces, services }: Pick<ExplainContext, 'policy' | 'namespaces' | 'services'>,
  isAsked: Asked,
): readonly CheckedWorkload[] {
  return objects.flatMap((workload) => {
    const made = podOfWorkload(workload.value);
    if (made === undefined) return [];
    const { kind, namespace, name } = workload;
    const around = surroundingsOf(objects, workload, { metadata: fieldsOf(made.pod.metadata) });
    const context = { policy, namespace: namespaces.get(namespace), services, around };
    return [{ kind, namespace, name, ...workload.place?.(''), ...checkWorkload(made, workload, context, isAsked) }];
  });
}
