import { writeFile } from 'node:fs/promises';

/** A module of src/core/capacity that carries what was measured. */
interface MeasuredModule {
  /** Its name there, without `.generated.ts`. */
  readonly name: string;
  /** The first line, after “Written by”. */
  readonly writtenBy: string;
  /** What it exports, with its type and the file beside it that has the type. */
  readonly exports: string;
  readonly type: string;
  readonly typeFrom: string;
}

/** The coefficients of what a sidecar takes. */
export const COEFFICIENTS: MeasuredModule = {
  name: 'measured',
  writtenBy: 'npm run bench -- --sidecar --save; the points it is fitted to stand in test/bench/RESULTS.md.',
  exports: 'MEASURED',
  type: 'Coefficients',
  typeFrom: 'coefficients.ts',
};

/** What it costs that a sidecar tells about its traffic. */
export const TELEMETRY_COST: MeasuredModule = {
  name: 'telemetry',
  writtenBy: 'npm run bench -- --telemetry --save; the table stands in test/bench/RESULTS.md.',
  exports: 'MEASURED_TELEMETRY',
  type: 'TelemetryCost',
  typeFrom: 'telemetry-cost.ts',
};

/** What series a sidecar has. */
export const SERIES_COST: MeasuredModule = {
  name: 'series',
  writtenBy: 'npm run bench -- --series --save; the table stands in test/bench/RESULTS.md.',
  exports: 'MEASURED_SERIES',
  type: 'SeriesCost',
  typeFrom: 'series-cost.ts',
};

/** Writes what was measured as a module, so that a bundle carries it and nothing reads the disk at start. */
export async function writeMeasured({ name, writtenBy, exports, type, typeFrom }: MeasuredModule, value: object) {
  const lines = [
    `// Written by ${writtenBy}`,
    `import type { ${type} } from './${typeFrom}';`,
    '',
    `export const ${exports}: ${type} = ${JSON.stringify(value, null, 2)};`,
    '',
  ];
  await writeFile(new URL(`../../src/core/capacity/${name}.generated.ts`, import.meta.url), lines.join('\n'));
}
