/** A JSON Schema as plain JSON. */
export type JsonSchema = { readonly [keyword: string]: unknown };

const TAKEN_OVER = [
  'type',
  'enum',
  'description',
  'default',
  'pattern',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'minItems',
  'maxItems',
  'minProperties',
  'maxProperties',
];
// what only our own messages say
const LEFT_OUT = ['title', 'examples'];
const TRANSLATED = [
  'properties',
  'required',
  'additionalProperties',
  'patternProperties',
  'items',
  'anyOf',
  'uniqueItems',
];

/**
 * A schema of ours as the API server wants it in a CustomResourceDefinition: structural, with a type at each place. Unknown keys are
 * pruned there, and the patterns of a map’s keys are judged by Pillion alone.
 * @throws Error for a keyword that it does not know how to say
 */
export function structural(schema: JsonSchema): JsonSchema {
  const unknown = Object.keys(schema).filter(
    (keyword) => ![...TAKEN_OVER, ...TRANSLATED, ...LEFT_OUT].includes(keyword),
  );
  if (unknown.length > 0) throw new Error(`no structural form is known for ${unknown.join(', ')}; add it to this file`);
  const { anyOf, ...rest } = schema;
  if (anyOf !== undefined) return alternatives(anyOf as readonly JsonSchema[]);
  if (rest.type === undefined && rest.enum === undefined) return { ...rest, ...ANYTHING };
  const taken = Object.fromEntries(Object.entries(rest).filter(([keyword]) => TAKEN_OVER.includes(keyword)));
  const open = rest.properties !== undefined && rest.additionalProperties === true ? ANYTHING : {};
  return { ...('enum' in rest ? { type: 'string' } : {}), ...taken, ...mapOf(rest), ...listOf(rest), ...open };
}

/** Whatever stands there is kept. */
const ANYTHING = { 'x-kubernetes-preserve-unknown-fields': true };

function mapOf({ properties, patternProperties, required }: JsonSchema): JsonSchema {
  if (patternProperties !== undefined) {
    const [value] = Object.values(patternProperties as Record<string, JsonSchema>);
    return { additionalProperties: structural(value ?? {}) };
  }
  if (properties === undefined) return {};
  const parts = properties as Record<string, JsonSchema>;
  // what has a default is filled in before it is judged
  const demanded = ((required ?? []) as string[]).filter((key) => !Object.hasOwn(parts[key] ?? {}, 'default'));
  return {
    properties: Object.fromEntries(Object.entries(parts).map(([key, part]) => [key, structural(part)])),
    ...(demanded.length > 0 && { required: demanded }),
  };
}

// a list is written as a whole: as a set or a map of its items, server-side apply would leave those in it that a default had put there
const listOf = ({ items }: JsonSchema): JsonSchema => ({
  ...(items !== undefined && { items: structural(items as JsonSchema), 'x-kubernetes-list-type': 'atomic' }),
});

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** Several shapes of a map: each key stands once with everything it may be, and the shapes say which go together. */
function alternatives(shapes: readonly JsonSchema[]): JsonSchema {
  const all = shapes.map((shape) => structural(shape));
  const keys = [...new Set(all.flatMap(({ properties }) => Object.keys(properties as object)))];
  const partOf = (shape: JsonSchema, key: string) => (shape.properties as Record<string, JsonSchema | undefined>)[key];
  const merged = keys.map((key) => {
    const parts = all.map((shape) => partOf(shape, key)).filter((part) => part !== undefined);
    const values = [...new Set(parts.flatMap((part) => (part.enum as string[] | undefined) ?? []))];
    const { default: preset, description: _, ...first } = parts[0] ?? {};
    const descriptions = [...new Set(parts.flatMap(({ description }) => description ?? []))];
    // a default of one shape would be filled into the others
    const shared = parts.length === all.length && parts.every((part) => same(part.default, preset));
    return [
      key,
      {
        ...(descriptions.length > 0 && { description: descriptions.join(' ') }),
        ...first,
        ...(values.length > 0 && { enum: values }),
        ...(shared && preset !== undefined && { default: preset }),
      },
    ];
  });
  const demandedByAll = keys.filter((key) => all.every(({ required = [] }) => (required as string[]).includes(key)));
  const [{ description } = {}] = all;
  return {
    ...(description !== undefined && { description }),
    type: 'object',
    properties: Object.fromEntries(merged),
    required: demandedByAll,
    anyOf: all.map((shape) => {
      const absent = keys.filter((key) => partOf(shape, key) === undefined);
      const values = keys.flatMap((key) => {
        const of = partOf(shape, key)?.enum;
        return of === undefined ? [] : [[key, { enum: of }]];
      });
      return {
        properties: Object.fromEntries(values),
        required: shape.required,
        ...(absent.length > 0 && { not: { anyOf: absent.map((key) => ({ required: [key] })) } }),
      };
    }),
  };
}
