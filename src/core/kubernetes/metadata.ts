import { isObject } from '../json/is-object.ts';

/** The metadata of an object of unknown shape; empty when there is none. */
export const metadataOf = (object: unknown): Readonly<Record<string, unknown>> =>
  isObject(object) && isObject(object.metadata) ? object.metadata : {};
