import { fieldsOf } from '../json/fields-of.ts';

type Json = Readonly<Record<string, unknown>>;

/**
 * The fields of one JSON schema that another one, which the API server would prune by, does not have: each as `.optIn.rule`. A place
 * that keeps what it does not know has all of them.
 */
export function missingFields(wanted: unknown, standing: unknown, at = ''): readonly string[] {
  const there = fieldsOf(standing);
  if (there['x-kubernetes-preserve-unknown-fields'] === true) return [];
  const known = fieldsOf(there.properties);
  const below = Object.entries(propertiesOf(wanted)).flatMap(([key, schema]) =>
    Object.hasOwn(known, key) ? missingFields(schema, known[key], `${at}.${key}`) : [`${at}.${key}`],
  );
  const { items } = fieldsOf(wanted);
  return items === undefined ? below : [...below, ...missingFields(items, there.items, `${at}[]`)];
}

/** Those of all alternatives: a structural schema has them side by side. */
function propertiesOf(schema: unknown): Json {
  const { properties, anyOf } = fieldsOf(schema);
  const alternatives = Array.isArray(anyOf) ? anyOf.map(propertiesOf) : [];
  return Object.fromEntries([...alternatives, fieldsOf(properties)].flatMap((each) => Object.entries(each)));
}
