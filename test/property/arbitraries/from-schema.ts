import fc from 'fast-check';

/** What is read of a JSON Schema. */
interface Schema {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly propertyNames?: Schema;
  readonly additionalProperties?: boolean | Schema;
}

// a list as long as its schema allows says no more than a few items do
const MOST_ITEMS = 3;

/** What the texts of a field are, by its name, where that is not in the schema. */
type TextsOf = (name: string) => fc.Arbitrary<string>;

/** Values that a schema accepts, as far as the keywords go that our schemas use. */
export const fromSchema = (given: object, textsOf?: TextsOf): fc.Arbitrary<unknown> =>
  valuesOf(given as Schema, '', textsOf);

function valuesOf(schema: Schema, name: string, textsOf: TextsOf | undefined): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const types = [schema.type ?? []].flat();
  return fc.oneof(...types.map((type) => ofType(type, schema, name, textsOf)));
}

function ofType(type: string, schema: Schema, name: string, textsOf: TextsOf | undefined): fc.Arbitrary<unknown> {
  const { minimum = 0, maximum = 1_000 } = schema;
  switch (type) {
    case 'string':
      return textsOf?.(name) ?? textOf(schema);
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.integer({ min: minimum, max: maximum });
    case 'number':
      return fc
        .double({ min: schema.exclusiveMinimum ?? minimum, max: maximum, noNaN: true })
        .map((number) => Math.abs(Math.round(number * 100) / 100))
        .filter((number) => number > (schema.exclusiveMinimum ?? -1));
    case 'array':
      return listOf(schema, (items) => valuesOf(items, name, textsOf));
    case 'object':
      return objectOf(schema, (field, key) => valuesOf(field, key, textsOf));
    default:
      throw new Error(`no values are known for the type ${type}`);
  }
}

function textOf({ pattern, minLength = 0, maxLength = 1_000 }: Schema): fc.Arbitrary<string> {
  if (pattern === undefined) return fc.string({ minLength, maxLength: Math.min(maxLength, minLength + 20) });
  return fc
    .stringMatching(new RegExp(pattern), { size: 'small' })
    .filter(({ length }) => minLength <= length && length <= maxLength);
}

function listOf(
  { items = {}, minItems = 0, maxItems = MOST_ITEMS, uniqueItems }: Schema,
  itemsOf: (schema: Schema) => fc.Arbitrary<unknown>,
): fc.Arbitrary<unknown[]> {
  const bounds = { minLength: minItems, maxLength: Math.min(maxItems, Math.max(minItems, MOST_ITEMS)) };
  return uniqueItems ? fc.uniqueArray(itemsOf(items), bounds) : fc.array(itemsOf(items), bounds);
}

function objectOf(
  schema: Schema,
  fieldOf: (schema: Schema, name: string) => fc.Arbitrary<unknown>,
): fc.Arbitrary<object> {
  const { properties, required = [], minProperties = 0, maxProperties = Number.POSITIVE_INFINITY } = schema;
  const { propertyNames, additionalProperties } = schema;
  if (propertyNames !== undefined && typeof additionalProperties === 'object') {
    const name = fc.oneof(fc.constantFrom('__proto__', 'constructor'), textOf(propertyNames));
    const entry = fc.tuple(name, fieldOf(additionalProperties, ''));
    const size = { minLength: minProperties, maxLength: MOST_ITEMS };
    return fc.uniqueArray(entry, { ...size, selector: ([key]) => key }).map((entries) => Object.fromEntries(entries));
  }
  const fields = Object.fromEntries(Object.entries(properties ?? {}).map(([key, field]) => [key, fieldOf(field, key)]));
  if (minProperties === 0 && maxProperties === Number.POSITIVE_INFINITY)
    return fc.record(fields, { requiredKeys: [...required], noNullPrototype: true });
  const optional = Object.keys(fields).filter((key) => !required.includes(key));
  const minLength = Math.max(0, minProperties - required.length);
  const maxLength = Math.min(optional.length, maxProperties - required.length);
  return fc.subarray(optional, { minLength, maxLength }).chain((chosen) => {
    const kept = Object.entries(fields).filter(([key]) => required.includes(key) || chosen.includes(key));
    return fc.record(Object.fromEntries(kept));
  });
}
