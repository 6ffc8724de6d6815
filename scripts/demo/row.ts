import Table from 'cli-table3';
import { verdictText } from '../../src/cli/output/explanation.ts';
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

const NO_BORDERS = Object.fromEntries(
  ['top', 'bottom', 'left', 'right', 'mid', 'top-mid', 'bottom-mid', 'left-mid', 'right-mid', 'mid-mid'].flatMap(
    (part) => [part, `${part}-left`, `${part}-right`].map((name) => [name, ''] as const),
  ),
);

/** The rows as a table that people read. */
export function tableText(rows: readonly Row[], colour: boolean): string {
  const table = new Table({
    head: HEAD,
    chars: { ...NO_BORDERS, middle: '  ' },
    style: { head: colour ? ['bold'] : [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  for (const { namespace, namespaceSays, workload, podSays, verdict, reason, warnings } of rows) {
    const shown = verdict === 'no pod' ? verdict : verdictText(verdict, colour);
    table.push([`${namespace} (${namespaceSays})`, workload, podSays, shown, reason, warnings.join('\n')]);
  }
  return table.toString().replace(/ +$/gm, '');
}
