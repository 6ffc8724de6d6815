import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { definition } from '../../../scripts/chart/definitions.ts';

interface Part {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Part>>;
  readonly items?: Part;
  readonly additionalProperties?: Part | boolean;
}

/** The fields of which `kubectl explain` has nothing to say. */
function silent(part: Part, at: string): string[] {
  const { properties = {}, items, additionalProperties } = part;
  return [
    ...Object.entries(properties).flatMap(([key, field]) => {
      const path = `${at}/${key}`;
      const known = field.description !== undefined || path === '/metadata';
      return [...(known ? [] : [path]), ...silent(field, path)];
    }),
    ...(items === undefined ? [] : silent(items, `${at}[]`)),
    ...(typeof additionalProperties === 'object' ? silent(additionalProperties, `${at}{}`) : []),
  ];
}

test.each(['InjectionPolicy', 'SidecarProfile'] as const)(
  'kubectl explain says of each field of %s what it is',
  (kind) => {
    const { schema } = parse(definition(kind)).spec.versions[0];
    expect(schema.openAPIV3Schema.description).toBeDefined();
    expect(silent(schema.openAPIV3Schema, '')).toEqual([]);
  },
);
