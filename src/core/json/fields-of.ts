import { isObject } from './is-object.ts';

/** The fields of a value of unknown shape; none when it is no object. */
export const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> => (isObject(value) ? value : {});
