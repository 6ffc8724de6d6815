import type { AdoptionPoint, Counts } from '../../core/adoption/counts.ts';
import { forecastText, goalText, percent } from '../../core/adoption/status/goal-text.ts';
import type { GoalStatus } from '../../core/adoption/status/goals.ts';
import type { AdoptionGroup, Grouping } from '../../core/adoption/status/groups.ts';
import { pictureOf } from '../../core/adoption/status/picture.ts';
import type { StageMark } from '../../core/adoption/status/stage-marks.ts';
import type { AdoptionStatus } from '../../core/adoption/status/status.ts';
import { dayText } from '../../core/json/day-text.ts';
import { printable } from '../../core/problem/printable.ts';
import { stagesHere } from '../../core/rollout/stage-members.ts';
import type { Environment } from '../environment.ts';
import { adoptionChart } from './adoption-chart.ts';
import { type ChartSigns, chartSigns } from './chart-signs.ts';
import { fittedTable } from './fitted-table.ts';

// with the name of a group of usual length
const COLUMNS_WITH_PODS = 92;

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
  const counts = [
    ['workloads', ...countCells(last.workloads)],
    ['pods', ...countCells(last.pods)],
  ];
  const parts = [
    `${heading(status, last)}\n\n${fittedTable(['', ...COUNT_HEAD], counts, terminal)}`,
    'workloads, as shares of those that are eligible; days in UTC',
    `${adoptionChart(picture, signs, terminal.columns, terminal.colour)}\n\n${legend(signs, goals.length > 0)}`,
    stageTable(status, numbered, terminal),
    goals.map(goalLines).join('\n'),
    groups === undefined
      ? `nothing is known by ${by} at that time`
      : `workloads by ${by}\n${groupTable(by, groups, terminal)}`,
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

const COUNT_HEAD = ['eligible', 'opted in', 'injected', 'stale', 'incompatible', 'excluded'];

function countCells({ eligible, optedIn, injected, stale, incompatible, excluded }: Counts): readonly string[] {
  const share = eligible === 0 ? '' : ` (${percent(injected / eligible)})`;
  return [eligible, optedIn, `${injected}${share}`, stale, incompatible, excluded].map(String);
}

function legend({ fills, optedIn, line, ahead, mark }: ChartSigns, hasGoals: boolean): string {
  const injected = `${fills.at(-1)} injected`;
  const goal = hasGoals ? [`${line[1]} goal`, `${ahead} at this pace`] : [];
  return [injected, `${optedIn} opted in, not injected yet`, ...goal, `${mark} stage`].join('   ');
}

const DID: Readonly<Record<StageMark['did'], string>> = {
  opened: 'opened',
  'rolled-back': 'rolled back',
  planned: 'planned from',
};

/** Every stage of the cluster with what happened to it, by day; those without a day last. */
function stageTable(
  { plan, marks }: AdoptionStatus,
  numbered: ReadonlyMap<StageMark, string>,
  terminal: Pick<Environment, 'colour' | 'columns'>,
): string {
  const stages = plan === undefined ? [] : stagesHere(plan);
  const stateOf = (name: string) => stages.find((stage) => stage.name === name)?.state ?? 'gone from the plan';
  const others = stages.filter(({ name }) => !marks.some(({ stage }) => stage === name));
  const rows = [
    ...marks.map((mark) => [
      numbered.get(mark) ?? '',
      printable(mark.stage),
      stateOf(mark.stage),
      `${DID[mark.did]} ${dayText(mark.day)}`,
    ]),
    ...others.map(({ name, state }) => ['', name, state, 'no day known']),
  ];
  if (rows.length === 0) return '';
  const head = ['', 'stage', 'state', ''];
  // without a mark there is nothing to number
  const from = numbered.size === 0 ? 1 : 0;
  return fittedTable(
    head.slice(from),
    rows.map((row) => row.slice(from)),
    terminal,
  );
}

function groupTable(
  by: Grouping,
  groups: readonly AdoptionGroup[],
  terminal: Pick<Environment, 'colour' | 'columns'>,
): string {
  const withPods = terminal.columns >= COLUMNS_WITH_PODS;
  const rows = groups.map((group) => [
    printable(groupName(by, group)),
    ...countCells(group.workloads),
    ...(withPods ? [`${group.pods.injected} of ${group.pods.eligible}`] : []),
  ]);
  return fittedTable([by, ...COUNT_HEAD, ...(withPods ? ['pods injected'] : [])], rows, terminal);
}

/** What is to be reached, how far it is, and what that means. */
function goalLines(goal: GoalStatus): string {
  const now = goal.now === undefined || goal.now.of === 0 ? '' : `: ${percent(goal.now.reached / goal.now.of)} now`;
  return printable(`goal ${goalText(goal)} by ${dayText(goal.goal.by)}${now}`).concat(`\n  ${forecastText(goal)}`);
}

/** What a group is called, also that of what belongs to none. */
export function groupName(by: Grouping, { name, mixed }: AdoptionGroup): string {
  if (name !== undefined) return name;
  if (mixed === true) return 'several stages';
  return by === 'stage' ? 'no stage' : by === 'environment' ? 'no environment' : 'unowned';
}
