import type { HeldBack } from '../../cluster/waking/held-back.ts';
import type { Woken } from '../../cluster/waking/wake.ts';
import { printable } from '../../core/problem/printable.ts';

const SAYS: Readonly<Record<Woken['result'], string>> = {
  'has-pods': 'has pods',
  waits: 'waits',
  gone: 'is gone',
  'not-woken': 'not woken',
};
const WIDTH = Math.max(...Object.values(SAYS).map(({ length }) => length));

/** The workloads that wait, for people: one line each. */
export function heldBackText(held: readonly HeldBack[]): string {
  if (held.length === 0) return 'no workload waits because of Pillion\n';
  const lines = held.map((workload) => `${nameOf(workload)}: ${lacking(workload)}; ${reasonOf(workload)}\n`);
  return `${lines.join('')}${held.length} would be woken; nothing is changed\n`;
}

/** What became of those that were woken, for people. */
export const wokenText = (woken: readonly Woken[]): string =>
  woken
    .map(({ workload, result, message }) => {
      const why = message === undefined ? '' : `: ${printable(message)}`;
      return `${SAYS[result].padEnd(WIDTH)} ${nameOf(workload)}${why}\n`;
    })
    .join('');

const nameOf = ({ kind, namespace, name }: HeldBack): string => printable(`${kind} ${namespace}/${name}`);
const lacking = ({ lacks }: HeldBack): string => (lacks === 1 ? '1 pod is lacking' : `${lacks} pods are lacking`);
const reasonOf = ({ failure: { because, by } }: HeldBack): string =>
  because === 'unanswered' ? `${by} did not answer` : `${by} refused`;
