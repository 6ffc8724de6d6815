import picocolors from 'picocolors';
import type { Capacity } from '../../core/capacity/capacity.ts';
import type { CapacityLine, Unit } from '../../core/capacity/capacity-lines.ts';
import type { GroupSum } from '../../core/capacity/sidecar-sums.ts';
import type { Moment } from '../../core/capacity/sized-workload.ts';
import { amountText } from '../../core/compatibility/pod-amounts.ts';
import { printable } from '../../core/problem/printable.ts';
import type { Environment } from '../environment.ts';
import { type ToldCapacity, topProxies } from './capacity-document.ts';
import { fittedTable } from './fitted-table.ts';

type Terminal = Pick<Environment, 'colour' | 'columns'>;

/** Capacity for people: a sentence first, then the figures with their bases, then what they are made of. */
export function capacityText(told: ToldCapacity, terminal: Terminal): string {
  const { figures } = told;
  const paint = picocolors.createColors(terminal.colour);
  const section = (head: string, text: string | undefined) => (text ? [`${paint.bold(head)}\n${text}`] : []);
  return `${[
    summaryText(figures),
    figuresText(figures, terminal),
    ...section('By namespace', groupsText('namespace', figures.sidecars.namespaces, figures, terminal)),
    ...section('By squad', squadsText(figures, terminal)),
    ...section('Quotas', quotasText(figures, terminal)),
    ...section('Sidecars with the most memory', topText(told, terminal)),
    ...section('Requests by use', recommendedText(told, terminal)),
    ...section('Without a sidecar', leftOutText(figures, terminal)),
    ...section('Not looked at', notModelledText(figures)),
  ].join('\n\n')}\n`;
}

const comingOf = ({ stage }: Capacity): Moment => (stage === undefined ? 'everything' : 'afterStage');
const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

function summaryText(figures: Capacity): string {
  const { stage, sidecars, nodes, quotas } = figures;
  const moment = comingOf(figures);
  const [now, then] = [sidecars.total.now, sidecars.total[moment]];
  const who = stage === undefined ? 'A sidecar for everything that can have one' : `The stage ${printable(stage)}`;
  const cpu = then.amounts.requests.cpu - now.amounts.requests.cpu;
  const memory = then.amounts.requests.memory - now.amounts.requests.memory;
  const adds = `${who} adds ${counted(then.pods - now.pods, 'sidecar')}: ${signed(cpu, 'cores')} CPU and ${signed(memory, 'bytes')} of memory requested.`;
  const place = nodes?.[moment];
  const more = place?.more.reduce((sum, { count }) => sum + count, 0) ?? 0;
  const room =
    place === undefined
      ? 'Whether the nodes have room is not known.'
      : place.never > 0
        ? `${counted(place.never, 'pod')} would find no node, however many there are.`
        : more === 0
          ? `They have room on ${counted(place.nodes, 'node')}.`
          : `They need ${counted(more, 'node')} more than the ${place.nodes} that there are.`;
  const lacking = quotas.filter((quota) => quota.lacking[moment] > 0);
  const bounds =
    quotas.length === 0
      ? ''
      : lacking.length === 0
        ? ' All quotas have room.'
        : ` ${counted(lacking.length, 'bound')} of quotas ${lacking.length === 1 ? 'is' : 'are'} too low.`;
  return `${adds}\n${room}${bounds}`;
}

const signed = (value: number, unit: Unit): string => `${value < 0 ? '-' : ''}${figureText(Math.abs(value), unit)}`;

function figuresText(figures: Capacity, terminal: Terminal): string {
  const { lines, stage } = figures;
  const bases = [...new Set(lines.map(({ basis }) => `${basis.kind} ${basis.of}`))];
  const number = ({ basis }: CapacityLine) => `${basis.kind} ${bases.indexOf(`${basis.kind} ${basis.of}`) + 1}`;
  const head = ['', 'now', ...(stage === undefined ? [] : [`after ${printable(stage)}`]), 'all', 'basis'];
  const shown = (line: CapacityLine, moment: Moment) => {
    const value = line.at[moment];
    return value === undefined ? 'unknown' : figureText(value, line.unit);
  };
  const rows = lines.map((line) => [
    line.what,
    shown(line, 'now'),
    ...(stage === undefined ? [] : [shown(line, 'afterStage')]),
    shown(line, 'everything'),
    number(line),
  ]);
  const notes = bases.map((basis, index) => `${index + 1} ${printable(basis)}`);
  return `${fittedTable(head, rows, terminal)}\n\n${notes.join('\n')}`;
}

/** A figure in its unit. */
function figureText(value: number, unit: Unit): string {
  if (unit === 'cores') return amountText(value, 'cpu');
  if (unit === 'bytes' || unit === 'bytes/day')
    return `${amountText(value, 'memory')}${unit === 'bytes/day' ? '/day' : ''}`;
  return `${Math.round(value)}${unit === 'spans/day' ? '/day' : ''}`;
}

const MOST_GROUPS = 20;

function groupsText(what: string, groups: readonly GroupSum[], figures: Capacity, terminal: Terminal): string {
  const { stage } = figures;
  const moments: readonly Moment[] = stage === undefined ? ['now', 'everything'] : ['now', 'afterStage', 'everything'];
  const taking = groups.filter(({ sums }) => moments.some((moment) => sums[moment].pods > 0));
  const rows = taking.slice(0, MOST_GROUPS).map(({ name, sums }) => [
    printable(name),
    ...moments.map((moment) => String(sums[moment].pods)),
    ...(['requests', 'limits'] as const).map((bound) => {
      const { cpu, memory } = sums[comingOf(figures)].amounts[bound];
      return `${figureText(cpu, 'cores')} ${figureText(memory, 'bytes')}`;
    }),
  ]);
  if (rows.length === 0) return '';
  const when = stage === undefined ? 'all' : 'after';
  const head = [what, 'now', ...(stage === undefined ? [] : ['after']), 'all', `requests ${when}`, `limits ${when}`];
  const more = taking.length - rows.length;
  return `${fittedTable(head, rows, terminal)}${more > 0 ? `\nand ${more} more (-o json has them)` : ''}`;
}

const squadsText = (figures: Capacity, terminal: Terminal): string | undefined =>
  figures.sidecars.squads.length > 1 ? groupsText('squad', figures.sidecars.squads, figures, terminal) : undefined;

function quotasText(figures: Capacity, terminal: Terminal): string | undefined {
  const moment = comingOf(figures);
  const told = figures.quotas.filter(({ lacking }) => lacking[moment] > 0 || lacking.everything > 0);
  if (told.length === 0) return undefined;
  const rows = told.map(({ namespace, quota, resource, hard, needed, lacking }) => {
    const amount = (value: number) => amountText(value, resource.endsWith('cpu') ? 'cpu' : 'memory');
    return [
      printable(`${namespace}/${quota}`),
      resource,
      amount(hard),
      amount(needed.now),
      amount(needed[moment]),
      lacking[moment] > 0 ? amount(lacking[moment]) : `fits; for all ${amount(lacking.everything)}`,
    ];
  });
  return fittedTable(['quota', 'bound', 'is', 'needs now', 'will need', 'lacks'], rows, terminal);
}

function topText(told: ToldCapacity, terminal: Terminal): string | undefined {
  const top = topProxies(told);
  if (top.length === 0) return undefined;
  const rows = top.map(({ namespace, pod, cpu, memory }) => [
    printable(`${namespace}/${pod}`),
    figureText(memory, 'bytes'),
    cpu === undefined ? 'unknown' : figureText(cpu, 'cores'),
  ]);
  return `${fittedTable(['pod', 'memory', 'CPU'], rows, terminal)}\nfrom ${told.use?.of}`;
}

function recommendedText({ recommended, margins, use }: ToldCapacity, terminal: Terminal): string | undefined {
  if (recommended.length === 0) return undefined;
  const rows = recommended
    .slice(0, MOST_GROUPS)
    .map(({ workload, proxies, used, requests }) => [
      printable(`${workload.kind} ${workload.namespace}/${workload.name}`),
      String(proxies),
      `${used.cpu === undefined ? 'unknown' : figureText(used.cpu, 'cores')} ${figureText(used.memory, 'bytes')}`,
      `${requests.cpu === undefined ? 'as it is' : figureText(requests.cpu, 'cores')} ${figureText(requests.memory, 'bytes')}`,
    ]);
  const more = recommended.length - rows.length;
  return [
    fittedTable(['workload', 'sidecars', 'used', 'should request'], rows, terminal),
    ...(more > 0 ? [`and ${more} more (-o json has them)`] : []),
    `the ${margins.percentile}th percentile of its sidecars and ${margins.marginPercent} % on top, from ${use?.of}`,
    '-o patch prints the policy that requests so; pillion simulate --policy shows what it changes',
  ].join('\n');
}

function leftOutText({ leftOut }: Capacity, terminal: Terminal): string | undefined {
  if (leftOut.length === 0) return undefined;
  const rows = leftOut.map(({ reason, workloads, pods }) => [reason, String(workloads), String(pods)]);
  return fittedTable(['why, even if all opt in', 'workloads', 'pods'], rows, terminal);
}

const notModelledText = ({ notModelled }: Capacity): string | undefined =>
  notModelled.length === 0
    ? undefined
    : `Nodes are counted as if these pods did not ask for it:\n${notModelled.map(({ what, pods }) => `${what}: ${counted(pods, 'pod')}`).join('\n')}`;
