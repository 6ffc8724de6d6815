import { verdictText } from '../../src/cli/output/explanation.ts';
import { plainTable } from '../../src/cli/output/plain-table.ts';
import type { Verdict } from '../../src/core/decision/reasons.ts';

/** One line of the demo’s table: a workload and what became of its pods. */
export interface Row {
  readonly namespace: string;
  /** What the labels of the namespace say about injection. */
  readonly namespaceSays: string;
  readonly workload: string;
  /** What the pod says about injection. */
  readonly podSays: string;
  readonly verdict: Verdict | 'no pod';
  readonly reason: string;
  /** Codes of the hints behind the warnings, in their order. */
  readonly warnings: readonly string[];
}

const HEAD = ['namespace', 'workload', 'pod says', 'verdict', 'reason', 'warning'];

/** The rows as a table that people read. */
export function tableText(rows: readonly Row[], colour: boolean): string {
  const cells = rows.map(({ namespace, namespaceSays, workload, podSays, verdict, reason, warnings }) => {
    const shown = verdict === 'no pod' ? verdict : verdictText(verdict, colour);
    return [`${namespace} (${namespaceSays})`, workload, podSays, shown, reason, warnings.join('\n')];
  });
  return plainTable(HEAD, cells, colour);
}
