import { isObject } from '../json/is-object.ts';

/** The metadata of an object of unknown shape; empty when there is none. */
export const metadataOf = (object: unknown): Readonly<Record<string, unknown>> =>
  isObject(object) && isObject(object.metadata) ? object.metadata : {};

/** An annotation of an object of unknown shape; undefined when it is no text. */
export function annotationIn(object: unknown, key: string): string | undefined {
  const { annotations } = metadataOf(object);
  const value = isObject(annotations) && Object.hasOwn(annotations, key) ? annotations[key] : undefined;
  return typeof value === 'string' ? value : undefined;
}
