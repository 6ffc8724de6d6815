import { writeFile } from 'node:fs/promises';
import type { Coefficients } from '../../../src/core/capacity/coefficients.ts';

const FILE = new URL('../../../src/core/capacity/measured.generated.ts', import.meta.url);

/** Writes what was measured as a module, so that a bundle carries it and nothing reads the disk at start. */
export async function writeCoefficients(coefficients: Coefficients): Promise<void> {
  const lines = [
    '// Written by npm run bench -- --sidecar --save; the points it is fitted to stand in test/bench/RESULTS.md.',
    "import type { Coefficients } from './coefficients.ts';",
    '',
    `export const MEASURED: Coefficients = ${JSON.stringify(coefficients, null, 2)};`,
    '',
  ];
  await writeFile(FILE, lines.join('\n'));
}
