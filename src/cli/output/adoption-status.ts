import type { AdoptionPoint, Counts } from '../../core/adoption/counts.ts';
import type { AdoptionGroup, Grouping } from '../../core/adoption/status/groups.ts';
import { pictureOf } from '../../core/adoption/status/picture.ts';
import type { StageMark } from '../../core/adoption/status/stage-marks.ts';
import type { AdoptionStatus } from '../../core/adoption/status/status.ts';
import { printable } from '../../core/problem/printable.ts';
import type { Environment } from '../environment.ts';
import { adoptionChart } from './adoption-chart.ts';
import { forecastText, goalText, percent } from './adoption-goals.ts';
import { type ChartSigns, chartSigns } from './chart-signs.ts';
import { dayText } from './days.ts';
import { fittedTable } from './fitted-table.ts';

export interface ShownStatus {
  readonly by: Grouping;
  readonly days: number;
  readonly now: Date;
}

/** How far a rollout is, for people: counts, the month as a chart, the goals, and a table of groups. */
export function adoptionText(
  status: AdoptionStatus,
  { by, days, now }: ShownStatus,
  terminal: Pick<Environment, 'colour' | 'columns' | 'variables'>,
): string {
  const { points, goals, marks } = status;
  const last = points.at(-1);
  if (last === undefined) return '';
  const picture = pictureOf('Workloads', points, goals, marks, { now, days });
  const signs = chartSigns(terminal.variables);
  const numbered = new Map(picture.marks.map((mark, index) => [mark, `${signs.mark}${index + 1}`]));
  const groups = status.groups(by, last);
  const parts = [
    [
      heading(status, last),
      fittedTable(COUNT_HEAD, [countRow('workloads', last.workloads), countRow('pods', last.pods)], terminal),
    ].join('\n'),
    [
      `workloads of each day, as shares of those that are eligible (UTC)`,
      adoptionChart(picture, signs, terminal.columns, terminal.colour),
      legend(signs, goals.length > 0),
    ].join('\n\n'),
    marks.length === 0
      ? ''
      : fittedTable(
          ['', 'stage', 'day', ''],
          marks.map((mark) => markRow(mark, numbered)),
          terminal,
        ),
    goals.length === 0
      ? ''
      : fittedTable(
          ['goal', 'now', 'forecast'],
          goals.map((goal) => [
            `${goalText(goal)} by ${dayText(goal.goal.by)}`,
            goal.now === undefined || goal.now.of === 0 ? '-' : percent(goal.now.reached / goal.now.of),
            forecastText(goal),
          ]),
          terminal,
        ),
    groups === undefined ? `nothing is known by ${by} at that time` : groupTable(by, groups, status, terminal),
  ];
  return `${parts
    .filter((part) => part !== '')
    .map((part) => part.trimEnd())
    .join('\n\n')}\n`;
}

function heading({ plan, isLive }: AdoptionStatus, { at }: AdoptionPoint): string {
  const time = `${dayText(at)} ${at.slice('YYYY-MM-DDT'.length, 'YYYY-MM-DDTHH:MM'.length)} UTC`;
  const environment = plan?.spec.environment === undefined ? '' : ` in ${plan.spec.environment}`;
  const paused = plan?.spec.paused === undefined ? '' : `, paused: ${printable(plan.spec.paused.reason)}`;
  const under = plan === undefined ? 'no plan' : `plan ${plan.metadata.name}${environment}${paused}`;
  return `the rollout ${isLive ? 'on' : 'as it was kept on'} ${time}, ${under}`;
}

const COUNT_HEAD = ['', 'eligible', 'opted in', 'injected', 'share', 'stale', 'incompatible', 'excluded'];

function countRow(name: string, counts: Counts): readonly string[] {
  const { eligible, optedIn, injected, stale, incompatible, excluded } = counts;
  const share = eligible === 0 ? '-' : percent(injected / eligible);
  const cells = [eligible, optedIn, injected, share, stale, incompatible, excluded];
  return [name, ...cells.map((cell, at) => String(cell).padStart(COUNT_HEAD[at + 1]?.length ?? 0))];
}

function legend({ fills, optedIn, line, ahead, mark }: ChartSigns, hasGoals: boolean): string {
  const injected = `${fills.at(-1)} injected`;
  const goal = hasGoals ? [`${line[1]} goal`, `${ahead} at the present pace`] : [];
  return [injected, `${optedIn} opted in, not injected yet`, ...goal, `${mark} stage`].join('   ');
}

const DID: Readonly<Record<StageMark['did'], string>> = {
  opened: 'opened',
  'rolled-back': 'rolled back',
  planned: 'planned from here on',
};

const markRow = (mark: StageMark, numbered: ReadonlyMap<StageMark, string>): readonly string[] => [
  numbered.get(mark) ?? '',
  mark.stage,
  dayText(mark.day),
  DID[mark.did],
];

function groupTable(
  by: Grouping,
  groups: readonly AdoptionGroup[],
  { plan }: AdoptionStatus,
  terminal: Pick<Environment, 'colour' | 'columns'>,
): string {
  const stateOf = (name: string | undefined) => plan?.spec.stages.find((stage) => stage.name === name)?.state ?? '';
  const rows = groups.map((group) => {
    const [, ...counts] = countRow('', group.workloads);
    const pods = `${group.pods.injected}/${group.pods.eligible}`;
    return [printable(groupName(by, group)), ...(by === 'stage' ? [stateOf(group.name)] : []), ...counts, pods];
  });
  const [, ...head] = COUNT_HEAD;
  return fittedTable([by, ...(by === 'stage' ? ['state'] : []), ...head, 'pods'], rows, terminal);
}

/** What a group is called, also that of what belongs to none. */
export function groupName(by: Grouping, { name, mixed }: AdoptionGroup): string {
  if (name !== undefined) return name;
  if (mixed === true) return 'several stages';
  return by === 'stage' ? 'no stage' : by === 'environment' ? 'no environment' : 'unowned';
}
