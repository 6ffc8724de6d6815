import { literal } from './cel.ts';

/** Operations of a JSON Patch in CEL, as the API server takes them from a MutatingAdmissionPolicy. */

/** Puts a value there. */
export const addition = (path: string, value: string): string =>
  `JSONPatch{op: "add", path: ${literal(path)}, value: ${value}}`;

/** Puts each value of a list, which is an expression, behind the elements of another. */
export const appended = (path: string, values: string): string =>
  `${values}.map(v, JSONPatch{op: "add", path: ${literal(`${path}/-`)}, value: v})`;

export const listed = (...operations: readonly string[]): string => `[${operations.join(', ')}]`;

/** Lists one after another. */
export const joinedLists = (lists: readonly string[]): string => lists.join(' + ');

/** The texts of a list, which is an expression, as an array of JSON; they are JSON themselves. */
export const jsonArrayOf = (texts: string): string => `"[" + (${texts}).join(",") + "]"`;

/** Element of a list, which is an expression. */
export const elementOf = (list: string, index: number): string => `${list}[${index}]`;
