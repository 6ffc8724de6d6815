import type { TSchema } from 'typebox';
import { fieldsOf } from '../json/fields-of.ts';
import { isObject } from '../json/is-object.ts';
import { pointer } from '../json/pointer.ts';
import type { Origin, Origins } from './origin.ts';

/** Values of one origin; a layer takes precedence over those before it. */
export interface Layer {
  readonly origin: Origin;
  readonly values: object;
}

// fields of these are alternatives and would contradict each other when they come from two layers
export const WHOLE: ReadonlySet<string> = new Set(['/loadBalancing/hash']);

/**
 * The layers laid over each other, field by field. A list is replaced as a whole. Where the last layer that speaks of a group
 * switches it off, it is off; where a later one switches it on again, it has the fields of all layers.
 * @param schema gives the fields their order, so that it does not depend on who wrote what first
 */
export function overlaid(
  layers: readonly Layer[],
  schema: TSchema,
): { readonly values: unknown; readonly origins: Origins } {
  const origins = new Map<string, Origin>();
  const said = layers.map(({ origin, values: value }) => ({ origin, value }));
  return { values: overlaidAt(said, '', schema, origins), origins };
}

interface Said {
  readonly origin: Origin;
  readonly value: unknown;
}

function overlaidAt(said: readonly Said[], path: string, schema: unknown, origins: Map<string, Origin>): unknown {
  const last = said.at(-1);
  if (last === undefined) return undefined;
  if (!isObject(last.value) || WHOLE.has(path)) {
    origins.set(path, last.origin);
    return last.value;
  }
  const groups = said.flatMap(({ origin, value }) => (isObject(value) ? [{ origin, value }] : []));
  const known = fieldsOf(fieldsOf(schema).properties);
  const given = new Set(groups.flatMap(({ value }) => Object.keys(value)));
  const keys = Object.keys(known).filter((key) => given.has(key));
  if (keys.length === 0) origins.set(path, last.origin);
  const field = (key: string) =>
    groups.flatMap(({ origin, value }) => (Object.hasOwn(value, key) ? [{ origin, value: value[key] }] : []));
  return Object.fromEntries(
    keys.map((key) => [key, overlaidAt(field(key), path + pointer(key), known[key], origins)] as const),
  );
}
