import { isObject } from '../json/is-object.ts';
import type { SourceDocument } from '../yaml/documents.ts';

/**
 * Documents with Pillion’s own objects, as `kubectl get -o yaml` prints them too: each item of a List by itself, and without what says nothing:
 * the status, which is Pillion’s own, and all metadata but the name. So an object has the same revision in a file and in a cluster.
 */
export const ownDocuments = (documents: readonly SourceDocument[]): readonly SourceDocument[] =>
  documents.flatMap(itemsOf).map((document) => ({ ...document, value: namedOnly(withoutStatus(document.value)) }));

/** An object without what Pillion itself wrote. */
export function withoutStatus(object: unknown): unknown {
  if (!isObject(object)) return object;
  const { status: _, ...written } = object;
  return written;
}

/** An object of whose metadata only the name is left. */
export function namedOnly(object: unknown): unknown {
  if (!isObject(object) || !isObject(object.metadata)) return object;
  const { name } = object.metadata;
  return { ...object, metadata: name === undefined ? {} : { name } };
}

function itemsOf(document: SourceDocument): readonly SourceDocument[] {
  const { value } = document;
  if (!isObject(value) || value.kind !== 'List' || !Array.isArray(value.items)) return [document];
  return value.items.map((item: unknown, index) => ({
    ...document,
    value: item,
    place: (path) => document.place(`/items/${index}${path}`),
  }));
}
