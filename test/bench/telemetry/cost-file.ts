import { writeFile } from 'node:fs/promises';
import type { TelemetryCost } from '../../../src/core/capacity/telemetry-cost.ts';

const FILE = new URL('../../../src/core/capacity/telemetry.generated.ts', import.meta.url);

/** Writes what was measured as a module, as that of the sidecar itself is written. */
export async function writeTelemetryCost(cost: TelemetryCost): Promise<void> {
  const lines = [
    '// Written by npm run bench -- --telemetry --save; the table stands in test/bench/RESULTS.md.',
    "import type { TelemetryCost } from './telemetry-cost.ts';",
    '',
    `export const MEASURED_TELEMETRY: TelemetryCost = ${JSON.stringify(cost, null, 2)};`,
    '',
  ];
  await writeFile(FILE, lines.join('\n'));
}
