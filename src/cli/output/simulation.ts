import picocolors from 'picocolors';
import { printable } from '../../core/problem/printable.ts';
import { CHANGES, type OtherPart } from '../../core/simulation/change.ts';
import type { ChangedOwner, Counts, Examinee, Simulation, UnknownOwner } from '../../core/simulation/tally.ts';
import type { Environment } from '../environment.ts';
import { counted } from './counted.ts';
import { fittedTable } from './fitted-table.ts';

type Terminal = Pick<Environment, 'colour' | 'columns'>;

/** What changes between two policies, for people: a table for each kind of change, then how many in all. */
export function simulationText({ counts, changes, unknown }: Simulation, terminal: Terminal): string {
  const paint = picocolors.createColors(terminal.colour);
  const sections = (Object.keys(CHANGES) as (keyof typeof CHANGES)[]).flatMap((kind) => {
    const owners = changes.filter(({ change }) => change === kind);
    if (owners.length === 0) return [];
    const table = kind === 'different' ? partsTable(owners, terminal) : reasonsTable(owners, terminal);
    return [`${paint.bold(headOf(owners, CHANGES[kind]))}\n${table}\n`];
  });
  const open =
    unknown.length === 0
      ? []
      : [`${paint.bold(headOf(unknown, 'cannot be decided about'))}\n${unknownTable(unknown, terminal)}\n`];
  return `${[...sections, ...open].join('\n')}${sections.length + open.length > 0 ? '\n' : ''}${summaryText(counts)}\n`;
}

function headOf(owners: readonly Examinee[], what: string): string {
  const pods = owners.reduce((sum, owner) => sum + owner.pods, 0);
  return `${counted(pods, 'pod')} of ${counted(owners.length, 'owner')} ${what}`;
}

function summaryText({ examined, unchanged, gain, lose, refused, pass, different, reason, unknown }: Counts): string {
  const told = [
    `${unchanged} unchanged, ${gain} would gain, ${lose} lose, ${refused} be refused, ${different} look different`,
    ...(pass > 0 ? [`${pass} no longer be refused`] : []),
    ...(reason > 0 ? [`${reason} for another reason`] : []),
    ...(unknown > 0 ? [`${unknown} unknown`] : []),
  ];
  return `${examined} examined: ${told.join(', ')}`;
}

const ownerText = ({ namespace, kind, name }: Examinee): string => printable(`${namespace} ${kind}/${name}`);
const toldText = ({ verdict, reason }: ChangedOwner['before']): string => `${verdict} ${reason}`;

const reasonsTable = (owners: readonly ChangedOwner[], terminal: Terminal): string =>
  fittedTable(
    ['whose', 'pods', 'before', 'after'],
    owners.map((owner) => [ownerText(owner), String(owner.pods), toldText(owner.before), toldText(owner.after)]),
    terminal,
  );

const partsTable = (owners: readonly ChangedOwner[], terminal: Terminal): string =>
  fittedTable(
    ['whose', 'pods', 'what is another one'],
    owners.map((owner) => [ownerText(owner), String(owner.pods), partsText(owner)]),
    terminal,
  );

const MOST_PARTS = 6;

function partsText({ differences }: ChangedOwner): string {
  const more = differences.length - MOST_PARTS;
  const told = differences.slice(0, MOST_PARTS).map(partText);
  return [...told, ...(more > 0 ? [`and ${more} more (-o json has them)`] : [])].join('\n');
}

const partText = ({ at, before, after }: OtherPart): string =>
  printable(`${at} ${before === undefined ? 'added' : after === undefined ? 'gone' : `${before} -> ${after}`}`);

const unknownTable = (owners: readonly UnknownOwner[], terminal: Terminal): string =>
  fittedTable(
    ['whose', 'pods', 'before', 'what is missing'],
    owners.map((owner) => [
      ownerText(owner),
      String(owner.pods),
      owner.before === undefined ? '-' : toldText(owner.before),
      `${printable(owner.missing.join(', '))}${unlessText(owner)}`,
    ]),
    terminal,
  );

const unlessText = ({ unless }: UnknownOwner): string =>
  unless === undefined ? '' : `\notherwise ${unless.verdict} ${unless.reason}`;
