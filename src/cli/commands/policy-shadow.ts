import { ShadowReporter } from '../../core/records/shadow-report.ts';
import { type BrokenLines, tellBroken } from '../broken-lines.ts';
import type { Environment } from '../environment.ts';
import { shadowReportText } from '../output/shadow-report.ts';
import { type OutputFormat, structured } from '../output/structured.ts';
import { eachRecordLine } from '../record-lines.ts';

export interface PolicyShadowFlags {
  readonly file: string[];
  readonly namespace?: string;
  readonly output: OutputFormat;
}

/**
 * `pillion policy shadow -f LOG`: what policies in mode Shadow would have decided otherwise.
 * @returns 0, also when some lines could not be read: those are named on stderr
 * @throws Fault PIL001
 */
export async function reportShadows(flags: PolicyShadowFlags, environment: Environment): Promise<number> {
  const { file: files, namespace: only, output } = flags;
  const reporter = new ShadowReporter();
  const read: BrokenLines[] = [];
  // one after another, each once: stdin can be given only once
  for (const file of new Set(files))
    read.push(
      await eachRecordLine(file, environment, (record) => {
        if (only === undefined || record.namespace === only) reporter.add(record);
      }),
    );
  tellBroken(read, environment);
  const { report } = reporter;
  environment.stdout(output === 'human' ? shadowReportText(report, environment.colour) : structured(report, output));
  return 0;
}
