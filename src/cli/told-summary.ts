import { type RecordFilter, wantedBy } from '../core/records/record-filter.ts';
import { needlesOf } from '../core/records/scan/needles.ts';
import { SeenRecords } from '../core/records/seen-records.ts';
import { Summarizer } from '../core/records/summary.ts';
import type { Environment } from './environment.ts';
import type { LineCounts } from './log/line-counts.ts';
import { type LogEnvironment, readLogs } from './log/read-logs.ts';
import { summaryText } from './output/audit-summary.ts';
import { csvRow } from './output/csv.ts';
import type { AuditFormat } from './output/story-writer.ts';
import { structured } from './output/structured.ts';
import { SUMMARY_COLUMNS, summaryRows } from './output/summary-rows.ts';

/** What `pillion audit` is asked. */
export interface Asked {
  readonly files: readonly string[];
  readonly filter: RecordFilter;
  readonly output: AuditFormat;
  readonly follow?: AbortSignal;
}

/**
 * Counts the records of logs that are asked for, each once, and prints the sums.
 * @throws Fault PIL001
 */
export async function tellSummary(
  { files, filter, output, follow }: Asked,
  environment: LogEnvironment & Pick<Environment, 'stdout' | 'colour' | 'columns'>,
): Promise<LineCounts> {
  const [summarizer, seen, wanted] = [new Summarizer(), new SeenRecords(), wantedBy(filter)];
  const lines = await readLogs(
    {
      files,
      needles: needlesOf(filter),
      take: (facts, ms) => {
        if (wanted(facts, ms) && !seen.seenBefore(facts)) summarizer.add(facts, ms);
      },
      ...(follow === undefined ? {} : { follow }),
    },
    environment,
  );
  const { summary } = summarizer;
  const { stdout } = environment;
  if (output === 'human') stdout(summaryText(summary, lines, environment));
  else if (output === 'csv') stdout([SUMMARY_COLUMNS, ...summaryRows(summary)].map(csvRow).join(''));
  else stdout(structured({ ...summary, lines: countsOf(lines) }, output));
  return lines;
}

const countsOf = ({ read, records, passedUnread, foreign, broken, ahead }: LineCounts) => ({
  ...{ read, records, passedUnread, foreign, broken, ahead },
});
