import type { TrafficDefaults } from '../core/api/traffic/defaults.ts';
import { Fault } from '../core/problem/faults.ts';
import { BUILT_IN_TRAFFIC_DEFAULTS } from '../core/traffic/defaults.generated.ts';
import { readTrafficDefaults } from '../core/traffic/read-defaults.ts';
import type { Environment } from './environment.ts';
import { readSource } from './read-source.ts';

/** The flags by which commands about traffic are told what the company chose. */
export interface TrafficFlags {
  readonly defaults?: string;
}

/**
 * The company’s defaults that count under these flags.
 * @throws Fault PIL001, PIL002 with every problem of the file
 */
export async function companyDefaults(flags: TrafficFlags, environment: Environment): Promise<TrafficDefaults> {
  if (flags.defaults === undefined) return BUILT_IN_TRAFFIC_DEFAULTS;
  const { text, file } = await readSource(flags.defaults, environment);
  const read = readTrafficDefaults(text, file);
  if ('problems' in read) throw new Fault('PIL002', read.problems);
  return read.value;
}
