import type { Capacity } from '../../core/capacity/capacity.ts';
import { comingMoment } from '../../core/capacity/moments.ts';
import { amountText } from '../../core/compatibility/pod-amounts.ts';
import { printable } from '../../core/problem/printable.ts';
import type { Environment } from '../environment.ts';
import { counted } from './counted.ts';
import { fittedTable } from './fitted-table.ts';

type Terminal = Pick<Environment, 'colour' | 'columns'>;

/** The bounds of quotas that are too low for what comes, or in the end; undefined where none is. */
export function quotasText(figures: Capacity, terminal: Terminal): string | undefined {
  const moment = comingMoment(figures);
  const told = figures.quotas.filter(({ lacking }) => lacking[moment] > 0 || lacking.everything > 0);
  if (told.length === 0) return undefined;
  const rows = told.map(({ namespace, quota, resource, hard, needed, lacking }) => {
    const amount = (value: number) => amountText(value, resource.endsWith('cpu') ? 'cpu' : 'memory');
    const lack =
      lacking[moment] > 0 ? amount(lacking[moment]) : `nothing yet, ${amount(lacking.everything)} in the end`;
    const [now, then] = [needed.now, needed[moment]].map(amount);
    return [printable(`${namespace}/${quota}`), resource, amount(hard), now ?? '', then ?? '', lack];
  });
  return fittedTable(['quota', 'bound', 'is', 'needed now', 'then', 'lacks'], rows, terminal);
}

/** What never gets a sidecar, by why; undefined where everything does. */
export function leftOutText({ leftOut }: Capacity, terminal: Terminal): string | undefined {
  if (leftOut.length === 0) return undefined;
  const rows = leftOut.map(({ reason, workloads, pods }) => [reason, String(workloads), String(pods)]);
  return fittedTable(['why, even when all opt in', 'workloads', 'pods'], rows, terminal);
}

/** What pods ask of their nodes that was left out of account. */
export function notModelledText({ notModelled }: Capacity): string | undefined {
  if (notModelled.length === 0) return undefined;
  const asked = notModelled.map(({ what, pods }) => `${what}: ${counted(pods, 'pod')}`);
  return ['Nodes are counted as if no pod asked for', ...asked].join('\n');
}
