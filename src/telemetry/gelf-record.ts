import { DecisionRecord } from '../core/api/decision-record.ts';
import { isObject } from '../core/json/is-object.ts';
import { parsedJson } from '../core/json/parsed.ts';

/**
 * The record that a GELF message was made from, as a value of unknown shape: the fields of the schema are looked for under their names
 * with `_` before them. The labels and annotations that were read stay empty: their keys cannot be told from the names.
 * @returns undefined when it is no such message
 */
export function recordInGelf(message: unknown): Record<string, unknown> | undefined {
  if (!isObject(message) || typeof message._schema !== 'string') return undefined;
  return objectAt(DecisionRecord, message, '');
}

interface Schema {
  readonly type?: unknown;
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, object>>;
  readonly required?: readonly string[];
}

function objectAt(
  { properties = {}, required = [] }: Schema,
  message: Readonly<Record<string, unknown>>,
  prefix: string,
): Record<string, unknown> | undefined {
  const found = Object.entries(properties).flatMap(([key, schema]): [string, unknown][] => {
    const value = valueAt(schema, message, `${prefix}_${key}`, required.includes(key));
    return value === undefined ? [] : [[key, value]];
  });
  return found.length > 0 ? Object.fromEntries(found) : undefined;
}

function valueAt(
  schema: Schema,
  message: Readonly<Record<string, unknown>>,
  name: string,
  isRequired: boolean,
): unknown {
  if (schema.properties !== undefined) return objectAt(schema, message, name);
  if (schema.type === 'object') return isRequired ? {} : undefined;
  const value = message[name];
  if (schema.type === 'array') return typeof value === 'string' ? parsedJson(value) : undefined;
  if (schema.type === 'boolean' || schema.const === true) return value === undefined ? undefined : value === 'true';
  return value;
}
