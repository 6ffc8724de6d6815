import { expect, test } from '@jest/globals';
import { IstioProfile } from '../../../src/core/api/istio-profile.ts';
import { MAPPING, WITHOUT_ROW } from '../../../src/core/from-istio/mapping.ts';
import { NOT_SUPPORTED } from '../../../src/core/from-istio/not-supported.ts';
import { PASSED_OVER } from '../../../src/core/from-istio/passed-over.ts';

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly description?: string;
}

const SPEC = IstioProfile.properties.spec as unknown as Schema;
const told = new Set([...MAPPING.map(({ field }) => field), ...Object.keys(WITHOUT_ROW)]);

/** The fields that no row tells of, neither themselves nor as a part of what one tells of. */
function untold({ properties = {} }: Schema, path = ''): string[] {
  return Object.entries(properties).flatMap(([key, schema]) => {
    const field = path + key;
    if (told.has(field)) return [];
    return schema.properties === undefined ? [field] : untold(schema, `${field}.`);
  });
}

const schemaAt = (field: string): Schema | undefined =>
  field.split('.').reduce<Schema | undefined>((schema, key) => schema?.properties?.[key], SPEC);

test('every field of the profile has a row, or a reason to have none', () => {
  expect(untold(SPEC)).toEqual([]);
});

test.each([...told])('%s is a field of the profile', (field) => {
  expect(schemaAt(field)).toBeDefined();
});

test.each(Object.keys(WITHOUT_ROW))('%s has a reason and no row', (field) => {
  expect(MAPPING.filter((row) => row.field === field)).toEqual([]);
});

test('no value is read twice, and none that is read is passed over with all below it', () => {
  const paths = MAPPING.map(({ origin, path }) => `${origin} ${path}`);
  expect(new Set(paths).size).toBe(paths.length);
  const passed = Object.entries(PASSED_OVER).flatMap(([origin, list]) => list.map((path) => `${origin} ${path}`));
  expect(passed.filter((path) => paths.includes(path))).toEqual([]);
});

test('what is told of as not supported is told of once', () => {
  const known = new Set([...MAPPING, ...NOT_SUPPORTED].map(({ origin, path }) => `${origin} ${path}`));
  for (const { origin, path } of NOT_SUPPORTED) {
    const silent = PASSED_OVER[origin].some((passed) => path === passed || path.startsWith(`${passed}.`));
    expect([path, silent || known.has(`${origin} ${path}`)]).toEqual([path, true]);
  }
});

// the profile’s own description says where a setting comes from; the table has to agree with it
test.each(MAPPING.filter(({ field }) => schemaAt(field)?.description?.includes('Istio: ')))(
  '$field says itself that it is $path',
  ({ field, path }) => {
    expect(schemaAt(field)?.description).toContain(path.replace('pilot.env.', ''));
  },
);
