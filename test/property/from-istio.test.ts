import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { BUILT_IN } from '../../src/core/policy/built-in-sources.ts';
import { loadPolicy } from '../../src/core/policy/load.ts';
import { CIRCUMSTANCES } from '../core-fixtures/policies.ts';
import { pillion } from '../unit/cli/command-line.ts';

const texts = ['settings', 'templates', 'unknown', 'single-line'].map((name) =>
  readFileSync(new URL(`../golden/from-istio/${name}/istio.yaml`, import.meta.url), 'utf8'),
);

const instead = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.constantFrom(
    '{{ .Name }}',
    '__proto__: 1\n',
    'null',
    '{}',
    '[]',
    '\n',
    ': ',
    '"',
    '-1',
    '~',
    '$patch: delete',
    '*',
  ),
);
const piece = fc.tuple(fc.nat(), fc.nat({ max: 12 }), instead);

test('ConfigMaps with any piece replaced become objects that load, or are refused with a place', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...texts),
      fc.array(piece, { minLength: 1, maxLength: 4 }),
      async (text, pieces) => {
        let stdin = text;
        for (const [at, length, put] of pieces) {
          const from = at % stdin.length;
          stdin = stdin.slice(0, from) + put + stdin.slice(from + length);
        }
        const { exit, stdout, stderr } = await pillion(['profile', 'from-istio', '-f', '-'], { stdin });
        if (exit === 2) {
          expect([stdout, stderr]).toEqual(['', expect.stringContaining('PIL002')]);
          return;
        }
        expect(exit).toBe(0);
        const loaded = loadPolicy([...BUILT_IN, { file: 'made.yaml', text: stdout }], CIRCUMSTANCES);
        expect('problems' in loaded ? loaded.problems : []).toEqual([]);
      },
    ),
    { numRuns: 400 },
  );
});
