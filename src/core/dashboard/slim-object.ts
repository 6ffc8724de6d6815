import { fieldsOf } from '../json/fields-of.ts';
import { isObject } from '../json/is-object.ts';

const APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** An object without what only tells who wrote it, which is most of a small one, and without its status where nobody asks for that. */
export function slimObject(object: object): object {
  const { metadata, status, ...content } = fieldsOf(object);
  const { managedFields: _, annotations, ...rest } = fieldsOf(metadata);
  const { [APPLIED]: __, ...kept } = isObject(annotations) ? annotations : {};
  const { resourceVersion: ___, ...named } = rest;
  const told = content.kind === 'ResourceQuota' ? { status } : {};
  return { ...content, ...told, metadata: { ...named, annotations: kept } };
}
