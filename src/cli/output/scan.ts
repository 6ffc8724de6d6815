import type { ActivePolicy } from '../../core/policy/active-policy.ts';
import { printable } from '../../core/problem/printable.ts';
import { SIDECAR_STATES, type SidecarState } from '../../core/running/sidecar-state.ts';
import { type ScanReport, toMend } from '../../core/scan/scan-report.ts';
import type { Environment } from '../environment.ts';
import { fittedTable } from './fitted-table.ts';

/** How what runs stands beside the policy: counts first, then each pod with something to do, the worst first. */
export function scanText(
  { pods, findings, moreFindings }: ScanReport,
  { name, revision }: Pick<ActivePolicy, 'name' | 'revision'>,
  terminal: Pick<Environment, 'colour' | 'columns'>,
): string {
  const counts = (Object.keys(SIDECAR_STATES) as SidecarState[])
    .filter((state) => pods[state] > 0)
    .map((state) => [String(pods[state]), state, SIDECAR_STATES[state]]);
  const total = Object.values(pods).reduce((sum, count) => sum + count, 0);
  const head = `${total} running pods under policy ${name}, revision ${revision}`;
  if (total === 0) return `${head}\n`;
  const parts = [head, fittedTable(['pods', 'state', ''], counts, terminal)];
  if (toMend(pods) === 0) parts.push('every pod is as the policy wants it');
  else
    parts.push(
      fittedTable(
        ['state', 'pod', 'of', 'reason'],
        findings.map(({ namespace, pod, owner, state, reason }) => [
          state,
          `${namespace}/${pod}`,
          printable(owner),
          reason,
        ]),
        terminal,
      ),
      // unbroken, so that they can be copied; pods of one workload have the same
      ['next', ...new Set(findings.map(({ next }) => `  ${printable(next)}`))].join('\n'),
    );
  if (moreFindings > 0) parts.push(`and ${moreFindings} more; -n NAMESPACE shows those of one namespace`);
  return `${parts.map((part) => part.trimEnd()).join('\n\n')}\n`;
}
