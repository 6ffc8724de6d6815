import { Fault } from '../../core/problem/faults.ts';
import { type FilterFlags, filterOf } from '../audit-flags.ts';
import { tellAhead, tellBroken } from '../broken-lines.ts';
import type { Environment } from '../environment.ts';
import type { AuditFormat } from '../output/story-writer.ts';
import { tellStories } from '../told-stories.ts';
import { tellSummary } from '../told-summary.ts';

export interface AuditFlags extends FilterFlags {
  readonly file?: string[];
  readonly summary?: boolean;
  readonly follow?: boolean;
  readonly output: AuditFormat;
}

/**
 * `pillion audit -f LOG`: for every pod in the records, what was decided, why, and who applied the workload behind it; or their sums.
 * @returns 0, also when some lines could not be read: those are named on stderr
 * @throws Fault PIL001, PIL003
 */
export async function audit(flags: AuditFlags, environment: Environment): Promise<number> {
  const { file: files = [], summary = false, follow = false, output } = flags;
  if (files.length === 0)
    throw new Fault('PIL003', [{ path: '', message: 'give -f FILE for each log, or -f - for stdin' }]);
  const filter = filterOf(flags);
  if (filter.sinceMs > filter.untilMs)
    throw new Fault('PIL003', [{ path: '', message: '--since is after --until, so no record is between them' }]);
  const stopping = follow ? new AbortController() : undefined;
  const forget = stopping && environment.onInterrupt(() => stopping.abort());
  const asked = { files, filter, output, ...(stopping === undefined ? {} : { follow: stopping.signal }) };
  try {
    const lines = await (summary ? tellSummary : tellStories)(asked, environment);
    tellBroken([lines], environment);
    tellAhead(lines, environment);
  } finally {
    forget?.();
  }
  return 0;
}
