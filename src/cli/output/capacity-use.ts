import { figureText } from '../../core/capacity/figure-text.ts';
import { printable } from '../../core/problem/printable.ts';
import type { Environment } from '../environment.ts';
import { type ToldCapacity, topProxies } from './capacity-document.ts';
import { fittedTable } from './fitted-table.ts';

type Terminal = Pick<Environment, 'colour' | 'columns'>;

const cpuText = (cpu: number | undefined, unknown: string): string =>
  cpu === undefined ? unknown : figureText(cpu, 'cores');

/** The sidecars that use the most memory; undefined where nobody says what they use. */
export function topText(told: ToldCapacity, terminal: Terminal): string | undefined {
  const rows = topProxies(told).map(({ namespace, pod, cpu, memory }) => [
    printable(`${namespace}/${pod}`),
    figureText(memory, 'bytes'),
    cpuText(cpu, 'unknown'),
  ]);
  return rows.length === 0
    ? undefined
    : `${fittedTable(['pod', 'memory', 'CPU'], rows, terminal)}\nfrom ${told.use?.of}`;
}

const MOST_WORKLOADS = 20;

/** What sidecars should request by what they use; undefined where nobody says that. */
export function recommendedText({ recommended, margins, use }: ToldCapacity, terminal: Terminal): string | undefined {
  if (recommended.length === 0) return undefined;
  const rows = recommended
    .slice(0, MOST_WORKLOADS)
    .map(({ workload, proxies, used, requests }) => [
      printable(`${workload.kind} ${workload.namespace}/${workload.name}`),
      String(proxies),
      cpuText(used.cpu, 'unknown'),
      figureText(used.memory, 'bytes'),
      cpuText(requests.cpu, 'as it is'),
      figureText(requests.memory, 'bytes'),
    ]);
  const more = recommended.length - rows.length;
  return [
    fittedTable(['workload', 'sidecars', 'CPU used', 'memory', 'should request', 'memory'], rows, terminal),
    ...(more > 0 ? [`and ${more} more (-o json has them)`] : []),
    `Each is the ${margins.percentile}th percentile of its sidecars and ${margins.marginPercent} % on top, from ${use?.of}.`,
    '-o patch prints a policy that requests so; pillion simulate --policy FILE shows what it changes.',
  ].join('\n');
}
