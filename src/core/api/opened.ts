import { isObject } from '../json/is-object.ts';

/**
 * The schema as those have it who read what others wrote: objects may have fields besides, which a later version may add. What writes is held to
 * the schema itself.
 */
export function opened<S>(schema: S): S {
  if (Array.isArray(schema)) return schema.map(opened) as S;
  if (!isObject(schema)) return schema;
  const entries = Object.entries(schema).filter(([key, value]) => key !== 'additionalProperties' || value !== false);
  // Reflect also gives what TypeBox keeps beside JSON Schema, under keys that are not listed
  const kept = Object.fromEntries(entries.map(([key, value]) => [key, opened(value)]));
  for (const key of Reflect.ownKeys(schema)) {
    const property = Object.getOwnPropertyDescriptor(schema, key);
    if (property !== undefined && !property.enumerable) Object.defineProperty(kept, key, property);
  }
  return kept as S;
}
