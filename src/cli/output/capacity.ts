import picocolors from 'picocolors';
import type { Capacity } from '../../core/capacity/capacity.ts';
import { figureText } from '../../core/capacity/figure-text.ts';
import { comingMoment, type Moment } from '../../core/capacity/moments.ts';
import type { NodesNeeded } from '../../core/capacity/scheduling/nodes-needed.ts';
import { printable } from '../../core/problem/printable.ts';
import type { Environment } from '../environment.ts';
import { leftOutText, notModelledText, quotasText } from './capacity-bounds.ts';
import type { ToldCapacity } from './capacity-document.ts';
import { figuresText, groupsText } from './capacity-figures.ts';
import { recommendedText, topText } from './capacity-use.ts';
import { counted } from './counted.ts';

/** Capacity for people: what it comes to first, then the figures with their bases, then what they are made of. */
export function capacityText(told: ToldCapacity, terminal: Pick<Environment, 'colour' | 'columns'>): string {
  const { figures } = told;
  const { namespaces, squads } = figures.sidecars;
  const paint = picocolors.createColors(terminal.colour);
  const section = (head: string, text: string | undefined) => (text ? [`${paint.bold(head)}\n${text}`] : []);
  const after =
    figures.stage === undefined ? 'requests when all have one' : `requests after ${printable(figures.stage)}`;
  return `${[
    summaryText(figures),
    figuresText(figures, terminal),
    ...section(`Sidecars by namespace, ${after}`, groupsText('namespace', namespaces, figures, terminal)),
    ...section(
      `Sidecars by squad, ${after}`,
      squads.length > 1 ? groupsText('squad', squads, figures, terminal) : undefined,
    ),
    ...section('Quotas', quotasText(figures, terminal)),
    ...section('Sidecars with the most memory', topText(told, terminal)),
    ...section('Requests by use', recommendedText(told, terminal)),
    ...section('Without a sidecar', leftOutText(figures, terminal)),
    ...section('Not looked at', notModelledText(figures)),
  ].join('\n\n')}\n`;
}

function summaryText(figures: Capacity): string {
  const { stage, sidecars } = figures;
  const moment = comingMoment(figures);
  const [now, then] = [sidecars.total.now, sidecars.total[moment]];
  const who = stage === undefined ? 'A sidecar for all that can have one' : `The stage ${printable(stage)}`;
  const cpu = figureText(then.amounts.requests.cpu - now.amounts.requests.cpu, 'cores');
  const memory = figureText(then.amounts.requests.memory - now.amounts.requests.memory, 'bytes');
  const more = then.pods - now.pods;
  return [
    `${who} adds ${counted(more, 'sidecar')}, which ${more === 1 ? 'requests' : 'request'} ${cpu} CPU and ${memory} of memory.`,
    ...roomLines(figures, moment),
    ...quotaLines(figures, moment),
  ].join('\n');
}

const added = ({ more }: NodesNeeded): number => more.reduce((sum, { count }) => sum + count, 0);

function roomLines({ nodes }: Capacity, moment: Moment): string[] {
  if (nodes === undefined) return ['Whether nodes have room is not known: no node could be looked at.'];
  const [now, then] = [nodes.now, nodes[moment]];
  const never = then.never > now.never ? [`${counted(then.never - now.never, 'pod')} would find no node at all.`] : [];
  const already = added(now) === 0 ? '' : ` (${added(now)} of them for what waits now)`;
  return [
    ...never,
    added(then) === 0
      ? `There is room on the ${counted(then.nodes, 'node')} that there are.`
      : `It takes ${counted(added(then), 'node')} more than the ${then.nodes} that there are${already}.`,
  ];
}

function quotaLines({ quotas }: Capacity, moment: Moment): string[] {
  if (quotas.length === 0) return [];
  const lacking = quotas.filter((quota) => quota.lacking[moment] > 0).length;
  if (lacking === 0) return ['All quotas have room.'];
  return [`${counted(lacking, 'bound')} of quotas ${lacking === 1 ? 'is' : 'are'} too low.`];
}
