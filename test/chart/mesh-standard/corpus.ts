import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { TrafficValues } from '../../../src/core/api/traffic/values.ts';
import { BUILT_IN_TRAFFIC_DEFAULTS } from '../../../src/core/traffic/defaults.generated.ts';
import { type EffectiveValues, effectiveValues } from '../../../src/core/traffic/effective-values.ts';
import { HERE } from './mesh-chart.ts';

/** One values file of the corpus. */
export interface CorpusFile {
  readonly name: string;
  readonly path: string;
  readonly text: string;
  readonly values: TrafficValues;
}

export const CORPUS = `${HERE}corpus/`;

/** Every values file of the corpus, by its name. */
export const corpusFiles = (): readonly CorpusFile[] =>
  readdirSync(CORPUS)
    .sort()
    .map((leaf) => {
      const path = `${CORPUS}${leaf}`;
      const text = readFileSync(path, 'utf8');
      return { name: leaf.replace('.yaml', ''), path, text, values: parse(text) };
    });

/** The namespace that has the objects of a file to itself. */
export const namespaceOf = ({ name }: CorpusFile): string => `at-${name}`;

/** What counts for its service, under the defaults that the chart brings. */
export const effectiveOf = ({ values }: CorpusFile): EffectiveValues =>
  effectiveValues(values, BUILT_IN_TRAFFIC_DEFAULTS).values;
