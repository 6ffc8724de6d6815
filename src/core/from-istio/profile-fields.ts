import { IstioProfile } from '../api/istio-profile.ts';
import { canonicalJson } from '../json/canonical.ts';
import { fieldsOf } from '../json/fields-of.ts';
import { isObject } from '../json/is-object.ts';
import { quantityValue } from '../kubernetes/quantity.ts';

type Json = Readonly<Record<string, unknown>>;

/** As much of a schema as names its fields. */
interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
}

const SPEC = IstioProfile.properties.spec as unknown as Schema;

/** A map with a value under a path with dots. */
export function withField(map: Json, path: string, value: unknown): Json {
  const [key = '', ...rest] = path.split('.');
  if (rest.length === 0) return { ...map, [key]: value };
  const inner = map[key];
  return { ...map, [key]: withField(fieldsOf(inner), rest.join('.'), value) };
}

/** What stands under a path with dots. */
export const fieldOf = (map: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((at, key) => (isObject(at) && Object.hasOwn(at, key) ? at[key] : undefined), map);

/** A spec with its keys in the order of the schema. */
export const inOrder = (spec: Json): Json => ordered(spec, SPEC) as Json;

function ordered(value: unknown, { properties }: Schema): unknown {
  if (properties === undefined || !isObject(value)) return value;
  const keys = Object.keys(properties).filter((key) => Object.hasOwn(value, key));
  return Object.fromEntries(keys.map((key) => [key, ordered(value[key], properties[key] ?? {})]));
}

/** Whether two values mean the same: 2000m of CPU is 2. */
export function meansTheSame(one: unknown, other: unknown, field: string): boolean {
  if (!field.startsWith('resources.') || !isObject(one) || !isObject(other))
    return canonicalJson(one) === canonicalJson(other);
  return canonicalJson(numbers(one)) === canonicalJson(numbers(other));
}

const numbers = (amounts: Json): unknown =>
  Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, quantityValue(String(amount)) ?? amount]));
