import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { GENERATED } from '../../scripts/generated-files.ts';

test.each(GENERATED)('$path is what its generator makes; npm run generate writes it again', ({ path, make }) => {
  expect(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')).toBe(make());
});
