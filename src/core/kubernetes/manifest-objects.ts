import { isObject } from '../json/is-object.ts';
import { pointer } from '../json/pointer.ts';
import type { SourceDocument } from '../yaml/documents.ts';

/** One Kubernetes object of a file, with the way back to its place; the items of a List are objects of their own. */
export interface ManifestObject {
  readonly value: unknown;
  readonly document: SourceDocument;
  /** JSON pointer from the document to the object; empty unless it is an item of a List. */
  readonly at: string;
}

/** The objects of one document: itself, or the items of a List. */
export const manifestObjectsOf = (document: SourceDocument): ManifestObject[] =>
  membersOf({ value: document.value, document, at: '' });

/** The object itself, or the items of a List, in which kubectl looks for Lists as well. */
function membersOf(object: ManifestObject): ManifestObject[] {
  const { value, document, at } = object;
  if (!isObject(value) || typeof value.kind !== 'string' || !value.kind.endsWith('List')) return [object];
  const { apiVersion, kind, items } = value;
  if (!Array.isArray(items)) return [object];
  // the API server leaves out what the items of its own lists are
  const ofItems = kind === 'List' ? {} : { apiVersion, kind: kind.slice(0, -'List'.length) };
  return items.flatMap((item: unknown, index) =>
    membersOf({
      value: isObject(item) && item.kind === undefined ? { ...ofItems, ...item } : item,
      document,
      at: at + pointer('items', index),
    }),
  );
}
