import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { TrafficDefaults } from '../core/api/traffic/defaults.ts';
import { TrafficValues } from '../core/api/traffic/values.ts';
import { fieldsOf } from '../core/json/fields-of.ts';
import { isObject } from '../core/json/is-object.ts';
import { isoDay } from '../core/json/iso-time.ts';
import { valueAt } from '../core/json/pointer.ts';
import { readValue } from '../core/policy/read-object.ts';
import { Fault } from '../core/problem/faults.ts';
import { firstProblems } from '../core/problem/first-problems.ts';
import { type JudgedProject, judgedProject, type PlaceOf } from '../core/traffic/judged-values.ts';
import { lastPlaceOf, lastSaying, TRAFFIC_KEY, valuesIn } from '../core/traffic/traffic-source.ts';
import { CENTRAL } from './central-templates.ts';
import type { PluginEnvironment } from './environment.ts';
import { exists } from './file-tree.ts';
import { flagsOfAll, flagsOfProject, type GivenFile, givenFile, mayTellTraffic } from './given-files.ts';
import type { Helm } from './helm.ts';
import type { ValuesFlags } from './plugin-flags.ts';
import { inTemporaryFolder } from './temporary-folder.ts';
import { viewOf } from './view-chart.ts';

/** The traffic values of a project as all its files and flags say them together. */
export interface ProjectValues extends JudgedProject {
  readonly project: TrafficValues;
  /** What Helm is told of the project’s own values: everything but files that are traffic values and nothing else. */
  readonly helmFlags: readonly string[];
}

/** The file that counts when no other says traffic values. */
const OWN_FILE = 'mesh.yaml';

/**
 * Reads and judges the traffic values. Helm itself merges what files and flags say.
 * @param chartValues the values.yaml of the project’s chart, under whose key `mesh` the first of them may stand
 * @throws Fault PIL001, PIL002 with every place that is not accepted, PIL009 when Helm cannot read a flag
 */
export async function projectValues(
  helm: Helm,
  flags: ValuesFlags,
  chartValues: string | undefined,
  company: TrafficDefaults,
  environment: PluginEnvironment,
): Promise<ProjectValues> {
  const given = await Promise.all(flags.values.map((name) => givenFile(name, environment)));
  const own = !given.some(mayTellTraffic) && (await exists(OWN_FILE)) ? [OWN_FILE] : [];
  const below = [...(chartValues === undefined ? [] : [chartValues]), ...own];
  const files = [...(await Promise.all(below.map((name) => givenFile(name, environment)))), ...given];
  const { merged, withoutSets } = await inTemporaryFolder(async (folder) => {
    const fileFlags = await flagsOfAll(files, (index) => join(folder, `${index}.json`));
    const withoutSets = await mergedValues(helm, fileFlags);
    const merged = flags.sets.length === 0 ? withoutSets : await mergedValues(helm, [...fileFlags, ...flags.sets]);
    return { merged, withoutSets };
  });
  if (merged === undefined) throw nothingSaid(flags.values);
  const placeOf = placesIn(files, merged, withoutSets);
  const read = readValue(TrafficValues, merged);
  if ('problems' in read)
    throw new Fault(
      'PIL002',
      firstProblems(read.problems.map((problem) => ({ ...problem, ...placeOf(problem.path) }))),
    );
  const judged = judgedProject(read.value, company, isoDay(environment.now()), placeOf);
  return { ...judged, project: read.value, helmFlags: [...flagsOfProject(given), ...flags.sets] };
}

/** What Helm makes of values flags: the traffic values. */
async function mergedValues(helm: Helm, flags: readonly string[]): Promise<unknown> {
  const view = await viewOf(helm, { templates: { values: 'toJson .Values' }, values: {} }, flags);
  const values = fieldsOf(view.get('values'));
  if (Object.hasOwn(values, CENTRAL)) {
    const message = `stands in a values file or a flag, where nobody judges it; write it under ${TRAFFIC_KEY}, or to ${OWN_FILE}`;
    throw new Fault('PIL002', [{ path: `/${CENTRAL}`, message }]);
  }
  return withoutNulls(values[TRAFFIC_KEY]);
}

/** As Helm has it: null takes a value back that an earlier file said. */
function withoutNulls(value: unknown): unknown {
  if (!isObject(value)) return value ?? undefined;
  const kept = Object.entries(value).filter(([, one]) => one !== null);
  return Object.fromEntries(kept.map(([key, one]) => [key, withoutNulls(one)]));
}

/** Where the merged values stand: a value that no file of ours says in this way comes from a flag, or from an address. */
function placesIn(files: readonly GivenFile[], merged: unknown, withoutSets: unknown): PlaceOf {
  const sources = files.flatMap(({ source }) => source ?? []);
  const remotes = files.filter(({ isRemote }) => isRemote).map(({ name }) => name);
  return lastPlaceOf(sources, (path) => {
    const value = valueAt(withoutSets, path);
    if (path !== '' && !isDeepStrictEqual(valueAt(merged, path), value)) return '--set';
    // a group has parts of all
    if (remotes.length === 0 || isObject(value)) return undefined;
    const source = lastSaying(sources, path);
    const said = source === undefined ? undefined : valueAt(valuesIn(source), path);
    return isDeepStrictEqual(value, said) ? undefined : remotes.join(', ');
  });
}

function nothingSaid(given: readonly string[]): Fault {
  const where = `write ${OWN_FILE} with at least service: {name: NAME, port: PORT}, or the same under the key ${TRAFFIC_KEY} of a values file that -f names`;
  const passed =
    given.length === 0
      ? ''
      : `; ${given.join(', ')} would be the project’s own values, without the key ${TRAFFIC_KEY}; a file of traffic values alone is named mesh*.yaml or says meshVersion: 1`;
  return new Fault('PIL002', [{ path: '', message: `nothing is said about traffic; ${where}${passed}` }]);
}
