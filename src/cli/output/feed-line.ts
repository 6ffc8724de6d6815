import picocolors from 'picocolors';
import type { DecisionRecord } from '../../core/api/decision-record.ts';
import { explanationOf } from '../../core/decision/reasons.ts';
import { printable } from '../../core/problem/printable.ts';
import { ownerNameOf } from '../../core/records/owner-name.ts';
import { verdictText } from './explanation.ts';

/** A decision of the feed in one line: when, what, about whom, why, and for whom. */
export function feedLine(record: DecisionRecord, colour: boolean): string {
  const paint = picocolors.createColors(colour);
  const { time, verdict, reason, namespace, user, hook, dryRun } = record;
  const about = [namespace, ownerNameOf(record)].filter((part) => part !== '').join('/');
  const asked = `${user}, ${hook}${dryRun ? ', dry run' : ''}`;
  return `${time}  ${verdictText(verdict, colour)}  ${paint.bold(printable(about))}  ${reason}: ${explanationOf(reason).sentence} ${paint.dim(`(${printable(asked)})`)}\n`;
}
