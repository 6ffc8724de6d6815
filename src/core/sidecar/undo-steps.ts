import type { Operation } from 'fast-json-patch';
import type { ReadStatus } from './status.ts';
import { spellsNull } from './undo-record.ts';

export type Json = Readonly<Record<string, unknown>>;

/** Operations that take a part of an injection back, and where record and pod contradict each other. */
export interface Steps {
  readonly operations: readonly Operation[];
  readonly remarks: readonly string[];
}

/** The value under a key of the object’s own. */
export const own = (object: Json, key: string): unknown => (Object.hasOwn(object, key) ? object[key] : undefined);

/** The elements of a list of a spec; none when it is no list. */
export const itemsOf = (spec: Json, list: string): readonly unknown[] => {
  const items = own(spec, list);
  return Array.isArray(items) ? items : [];
};

/** Empties a list or map as its author had it; that it was not there before is known only by the record. */
export function emptied(path: string, empty: unknown, { created, replaced }: ReadStatus['undo']): Operation {
  if (!created.includes(path)) return { op: 'replace', path, value: empty };
  const spelling = replaced[path];
  return spelling !== undefined && spellsNull(spelling) ? { op: 'replace', path, value: null } : { op: 'remove', path };
}
