import { isoDay } from '../../core/json/iso-time.ts';
import { Fault } from '../../core/problem/faults.ts';
import { judgedValues } from '../../core/traffic/judged-values.ts';
import type { Environment } from '../environment.ts';
import { effectiveTable } from '../output/effective-table.ts';
import { type OutputFormat, structured } from '../output/structured.ts';
import { trafficFindingsText } from '../output/traffic-findings.ts';
import { readSource } from '../read-source.ts';
import { companyDefaults, type TrafficFlags } from '../traffic-sources.ts';

export interface TrafficExplainFlags extends TrafficFlags {
  readonly output: OutputFormat;
}

/**
 * `pillion traffic explain FILE`: every value that counts for a service, and who chose it. Broken rules go to stderr.
 * @throws Fault PIL001, PIL002 with every problem of the files
 */
export async function explainTraffic(
  file: string,
  flags: TrafficExplainFlags,
  environment: Environment,
): Promise<number> {
  const company = await companyDefaults(flags, environment);
  const judged = judgedValues(await readSource(file, environment), company, isoDay(environment.now()));
  if ('problems' in judged) throw new Fault('PIL002', judged.problems);
  const { values, origins, findings } = judged;
  if (flags.output === 'human') {
    environment.stdout(effectiveTable(judged, environment));
    environment.stderr(trafficFindingsText(findings, environment.colour));
  } else environment.stdout(structured({ values, origins: Object.fromEntries(origins), findings }, flags.output));
  return 0;
}
