import { fieldsOf } from '../json/fields-of.ts';
import { isObject } from '../json/is-object.ts';
import { metadataOf } from '../kubernetes/metadata.ts';

/** Which program changed an object last: no person, and whoever runs it may call it anything. */
export interface AppliedBy {
  readonly manager: string;
  readonly operation: string;
  readonly time: string;
}

/**
 * The program that wrote what pods are made from, last: told by the fields that the API server keeps of each. Controllers, which only write
 * along, are left out.
 * @returns undefined where the API server was told to keep nothing
 */
export function appliedBy(object: unknown): AppliedBy | undefined {
  const { managedFields } = metadataOf(object);
  const listed: readonly unknown[] = Array.isArray(managedFields) ? managedFields : [];
  const writers = listed.filter(isObject).filter(({ fieldsV1, subresource, manager }) => {
    const spec = fieldsOf(fieldsV1)['f:spec'];
    return isObject(spec) && !subresource && manager !== 'kube-controller-manager';
  });
  const ofTemplate = writers.filter(({ fieldsV1 }) => {
    const spec = fieldsOf(fieldsOf(fieldsV1)['f:spec']);
    return 'f:template' in spec || 'f:jobTemplate' in spec;
  });
  const candidates = (ofTemplate.length > 0 ? ofTemplate : writers).flatMap(({ manager, operation, time }) =>
    typeof manager === 'string' && typeof time === 'string' ? [{ manager, operation: String(operation), time }] : [],
  );
  // times of this form are in order as texts
  return candidates.toSorted((one, other) => (one.time < other.time ? -1 : 1)).at(-1);
}
