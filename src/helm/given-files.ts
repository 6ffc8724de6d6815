import { writeFile } from 'node:fs/promises';
import { readSource } from '../cli/read-source.ts';
import { Fault } from '../core/problem/faults.ts';
import { firstProblems } from '../core/problem/first-problems.ts';
import { readTrafficSource, TRAFFIC_KEY, type TrafficSource, valuesIn } from '../core/traffic/traffic-source.ts';
import type { PluginEnvironment } from './environment.ts';

/** A values file that is named. */
export interface GivenFile {
  readonly name: string;
  /** What it says about traffic. */
  readonly source?: TrafficSource | undefined;
  /** Whether its name is an address, which Helm reads. */
  readonly isRemote: boolean;
}

/**
 * Reads a values file for what it says about traffic.
 * @throws Fault PIL001, PIL002 with every place that does not parse, PIL003 for stdin
 */
export async function givenFile(name: string, environment: PluginEnvironment): Promise<GivenFile> {
  if (name === '-') {
    const message = 'is stdin, which can be read once and Helm has to read it as well; write it to a file';
    throw new Fault('PIL003', [{ file: '-f -', path: '', message }]);
  }
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(name)) return { name, isRemote: true };
  const { text } = await readSource(name, environment);
  const read = readTrafficSource(text, name);
  if ('problems' in read) throw new Fault('PIL002', firstProblems(read.problems));
  return { name, source: read.source, isRemote: false };
}

/** Whether a file says something about traffic; one at an address may. */
export const mayTellTraffic = ({ source, isRemote }: GivenFile): boolean => source !== undefined || isRemote;

/** Whether a file is traffic values and nothing else, which no chart of a project knows. */
const isTrafficAlone = ({ source }: GivenFile): boolean => source?.at === '';

/** The flags by which Helm gets the files for the project’s chart. */
export const flagsOfProject = (files: readonly GivenFile[]): readonly string[] =>
  files.filter((file) => !isTrafficAlone(file)).flatMap(({ name }) => ['-f', name]);

/**
 * The flags by which Helm gets all the files, with traffic values under their key.
 * @param pathFor gives the path of a file that has to be written anew for that
 */
export async function flagsOfAll(
  files: readonly GivenFile[],
  pathFor: (index: number) => string,
): Promise<readonly string[]> {
  const flags = files.map(async (file, index) => {
    if (file.source === undefined || !isTrafficAlone(file)) return ['-f', file.name];
    await writeFile(pathFor(index), JSON.stringify({ [TRAFFIC_KEY]: valuesIn(file.source) }));
    return ['-f', pathFor(index)];
  });
  return (await Promise.all(flags)).flat();
}
