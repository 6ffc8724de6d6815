import { expect, test } from '@jest/globals';
import { TrafficDefaults } from '../../../src/core/api/traffic/defaults.ts';
import { TrafficValues } from '../../../src/core/api/traffic/values.ts';
import { isObject } from '../../../src/core/json/is-object.ts';

type Schema = Readonly<Record<string, unknown>>;

/** Every field with its schema, those inside of lists and maps as well. */
function fieldsWithin(schema: Schema, path = ''): [string, Schema][] {
  const { properties, items, additionalProperties } = schema;
  const named = Object.entries(isObject(properties) ? properties : {}).map(([key, field]) => [`${path}/${key}`, field]);
  const unnamed = [items, additionalProperties].filter(isObject).map((field) => [`${path}/*`, field]);
  return [...named, ...unnamed].flatMap(([at, field]) => [
    [at, field] as [string, Schema],
    ...fieldsWithin(field as Schema, at as string),
  ]);
}

const plain = (schema: object): Schema => JSON.parse(JSON.stringify(schema));
const fields = [...fieldsWithin(plain(TrafficValues)), ...fieldsWithin(plain(TrafficDefaults), 'defaults:')];
const types = ({ type }: Schema): unknown[] => [type].flat();
const paths = (where: (schema: Schema) => boolean): string[] =>
  fields.filter(([, schema]) => where(schema)).map(([path]) => path);

test('every field says what it means', () => {
  expect(fields.length).toBeGreaterThan(150);
  expect(paths(({ description, enum: words }) => description === undefined && words === undefined)).toEqual([]);
});

test('nothing but what is described is accepted, except what Helm adds', () => {
  expect(paths((schema) => types(schema).includes('object') && schema.additionalProperties === undefined)).toEqual([
    '/global',
  ]);
});

test('no text, list, map or number is without a bound', () => {
  const unbounded = paths((schema) => {
    const { pattern, maxLength, maxItems, maxProperties, propertyNames, maximum } = schema;
    const endless = typeof pattern !== 'string' || /[+*]|\{\d+,\}/.test(pattern.replace(/\\./g, ''));
    return (
      (types(schema).includes('string') && endless && maxLength === undefined) ||
      (types(schema).includes('array') && maxItems === undefined) ||
      (propertyNames !== undefined && maxProperties === undefined) ||
      (types(schema).some((type) => type === 'integer' || (type === 'number' && schema.const === undefined)) &&
        maximum === undefined)
    );
  });
  expect(unbounded).toEqual([]);
});

test('the validators of Go can read every pattern', () => {
  expect(paths(({ pattern }) => typeof pattern === 'string' && /\(\?|\\[1-9pk]/.test(pattern))).toEqual([]);
});

test('a company can choose what a team can, but for what is the service’s own', () => {
  const own = ['environment', 'dependsOn', 'expose', 'routes', 'canary', 'mirror', 'fault', 'waivers', 'global'];
  const { properties } = TrafficDefaults.properties.defaults;
  const chosen = Object.keys(TrafficValues.properties).filter((key) => ![...own, 'meshVersion'].includes(key));
  expect(Object.keys(properties).toSorted()).toEqual(chosen.toSorted());
});
