import { ProxyConfig } from '../../../api/istio-proxy-config.ts';
import { isObject } from '../../../json/is-object.ts';

/** As much of a schema as names its fields. */
interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

/** The JSON name of a field of protobuf. */
const camel = (key: string): string => key.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/**
 * A ProxyConfig under the names of its JSON form: protobuf takes `status_port` for `statusPort` as well, and a whole number that is
 * written as a text.
 * @param lenient whether fields that no one knows are left out
 */
export const withJsonNames = (value: unknown, lenient: boolean): unknown =>
  named(value, ProxyConfig as unknown as Schema, lenient);

function named(value: unknown, schema: Schema, lenient: boolean): unknown {
  const { properties, patternProperties, items, type } = schema;
  if (Array.isArray(value)) return items === undefined ? value : value.map((item) => named(item, items, lenient));
  if (isObject(value)) {
    if (properties !== undefined) return fields(value, properties, lenient);
    const [inner] = Object.values(patternProperties ?? {});
    return inner === undefined
      ? value
      : Object.fromEntries(Object.entries(value).map(([key, part]) => [key, named(part, inner, lenient)]));
  }
  // protobuf writes fields of 64 bits so
  if (type === 'integer' && typeof value === 'string' && /^-?\d{1,19}$/.test(value)) return Number(value);
  return value;
}

function fields(value: Readonly<Record<string, unknown>>, known: Readonly<Record<string, Schema>>, lenient: boolean) {
  const entries = Object.keys(value).flatMap((key): [string, unknown][] => {
    const name = Object.hasOwn(known, key) ? key : camel(key);
    const schema = Object.hasOwn(known, name) ? known[name] : undefined;
    if (schema === undefined) return lenient ? [] : [[key, value[key]]];
    // null says nothing, as in protobuf
    return value[key] === null ? [] : [[name, named(value[key], schema, lenient)]];
  });
  return Object.fromEntries(entries);
}
