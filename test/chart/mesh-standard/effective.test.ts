import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parse } from 'yaml';
import type { TrafficDefaults } from '../../../src/core/api/traffic/defaults.ts';
import type { TrafficValues } from '../../../src/core/api/traffic/values.ts';
import { canonicalJson } from '../../../src/core/json/canonical.ts';
import { BUILT_IN_TRAFFIC_DEFAULTS } from '../../../src/core/traffic/defaults.generated.ts';
import { effectiveValues } from '../../../src/core/traffic/effective-values.ts';
import { trafficDefaults, trafficValues } from '../../property/arbitraries/traffic-values.ts';
import { HELMS } from '../helm-runs.ts';
import { corpusFiles } from './corpus.ts';
import { meshTemplateOf, withDependency } from './mesh-chart.ts';

interface Case {
  readonly values: TrafficValues;
  readonly defaults: TrafficDefaults;
}

const SMALLEST: TrafficValues = { service: { name: 'catalog', port: 8080 } };

/** What the templates take for the effective values of each case. */
async function rendered(major: 3 | 4, cases: readonly Case[]): Promise<readonly unknown[]> {
  const given = { cases, 'mesh-standard': SMALLEST };
  const { code, stdout, stderr } = await withDependency('effective-view', (chart) =>
    meshTemplateOf(major, given, chart, ['--show-only', 'templates/view.yaml']),
  );
  if (code !== 0) throw new Error(stderr);
  const { data = {} } = parse(stdout) as { data?: Record<string, string> };
  return Object.values(data).map((text) => JSON.parse(text));
}

const expectEqual = (actual: readonly unknown[], cases: readonly Case[]): void =>
  expect(actual.map(canonicalJson)).toEqual(
    cases.map(({ values, defaults }) => canonicalJson(effectiveValues(values, defaults).values)),
  );

const CORPUS: readonly Case[] = corpusFiles().map(({ values }) => ({ values, defaults: BUILT_IN_TRAFFIC_DEFAULTS }));

test.each(HELMS)(
  'the templates of Helm %s take for effective what the program does, for every file of the corpus',
  async (major) => {
    expectEqual(await rendered(major, CORPUS), CORPUS);
  },
);

// a run of Helm costs more than a case, so each run has many
const CASES_IN_A_RUN = 150;
const randomCases = fc.array(fc.record({ values: trafficValues, defaults: trafficDefaults }), {
  minLength: CASES_IN_A_RUN,
  maxLength: CASES_IN_A_RUN,
});

test('they do so for whatever a team and a company may write', async () => {
  await fc.assert(
    fc.asyncProperty(randomCases, async (cases) => expectEqual(await rendered(4, cases), cases)),
    { numRuns: 3, endOnFailure: true },
  );
});
