import { type AdoptionPoint, type Cell, type Counts, NOTHING, pointOf } from '../../src/core/adoption/counts.ts';
import { type AdoptionStatus, adoptionStatus } from '../../src/core/adoption/status/status.ts';
import type { RolloutPlan } from '../../src/core/api/rollout-plan.ts';
import { loadPlan } from '../../src/core/rollout/read-plan.ts';

/** The time of the last point of the month. */
export const MONTH_NOW = new Date('2026-11-26T10:00:00Z');

const DAY_MS = 86_400_000;

/** Each squad with its namespace, how many workloads it has, and on which days of November they are injected. */
const SQUADS = [
  { namespace: 'shop', tribe: 'sales', squad: 'cart', workloads: 8, days: [3, 3, 3, 4, 4, 5] },
  { namespace: 'shop', tribe: 'sales', squad: 'search', workloads: 10, days: [3, 4, 5, 6] },
  { namespace: 'bank', tribe: 'finance', squad: 'ledger', workloads: 12, days: [11, 11, 12, 12, 12, 13, 16, 16] },
  { namespace: 'bank', tribe: 'finance', squad: undefined, workloads: 5, days: [12] },
  { namespace: 'mail', tribe: undefined, squad: 'post', workloads: 9, days: [24, 25] },
  { namespace: 'mail', tribe: undefined, squad: '__proto__', workloads: 3, days: [] },
] as const;

const PLAN_TEXT = `
apiVersion: pillion.io/v1alpha1
kind: RolloutPlan
metadata:
  name: default
spec:
  environment: production
  stages:
    - { name: pilot, state: Open, from: 2026-11-03, namespaces: [shop] }
    - { name: money, state: Open, from: 2026-11-11, namespaces: [bank] }
    - { name: rest, state: Closed, from: 2026-12-07, namespaces: [mail] }
  goals:
    - { metric: Injected, target: 80%, by: 2026-12-10 }
    - { metric: Injected, scope: { tribe: sales }, target: 50%, by: 2026-11-20 }
    - { metric: OptedIn, of: Pods, scope: { stage: money }, target: 60%, by: 2026-12-31 }
    - { metric: Injected, scope: { squad: "<b>&nobody" }, target: 10%, by: 2026-12-31 }
`;

/** The plan of a text that is one. */
export function planOf(text: string): RolloutPlan {
  const read = loadPlan({ file: 'plan.yaml', text }, '2026-11-26');
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  return read.plan;
}

const counts = (figures: Partial<Counts>): Counts => ({ ...NOTHING, ...figures });

function cellsAt(time: number): readonly Cell[] {
  return SQUADS.map(({ namespace, tribe, squad, workloads, days }) => {
    const injected = days.filter(
      (day) => Date.parse(`2026-11-${String(day).padStart(2, '0')}T12:00:00Z`) <= time,
    ).length;
    const optedIn = Math.min(workloads, injected === 0 ? 0 : injected + 2);
    const figures = (times: number) =>
      counts({
        eligible: workloads * times,
        optedIn: optedIn * times,
        injected: injected * times,
        stale: injected > 4 ? times : 0,
        excluded: namespace === 'mail' ? times : 0,
        incompatible: squad === 'ledger' ? times : 0,
      });
    return {
      namespace,
      ...(tribe === undefined ? {} : { tribe }),
      ...(squad === undefined ? {} : { squad }),
      workloads: figures(1),
      pods: figures(3),
    };
  });
}

/** A month of points as they are kept: one a day, hours of the last two days, and two days that nobody wrote. */
export function monthOfPoints(): readonly AdoptionPoint[] {
  const points: AdoptionPoint[] = [];
  const end = MONTH_NOW.getTime();
  for (let day = 29; day > 1; day--) {
    const at = Math.floor((end - day * DAY_MS) / DAY_MS) * DAY_MS + 23.5 * 3_600_000;
    if (day !== 9 && day !== 8) points.push(pointOf(new Date(at).toISOString(), cellsAt(at)));
  }
  for (let hour = 34; hour >= 1; hour--) {
    const at = end - hour * 3_600_000;
    points.push(pointOf(new Date(at).toISOString(), cellsAt(at)));
  }
  return points;
}

/** The month with its plan, and what runs now. */
export function monthStatus(): AdoptionStatus {
  const cells = cellsAt(MONTH_NOW.getTime());
  const stages = { shop: 'pilot', bank: 'money', mail: 'rest' } as Readonly<Record<string, string>>;
  const byStage = new Map(
    Object.entries(stages).map(([namespace, stage]) => [stage, cells.filter((cell) => cell.namespace === namespace)]),
  );
  return adoptionStatus({
    kept: monthOfPoints(),
    live: { point: pointOf(MONTH_NOW.toISOString(), cells), byStage },
    plan: planOf(PLAN_TEXT),
    actions: [
      { at: '2026-11-03T08:00:00Z', by: 'ada', did: 'Opened', stage: 'pilot' },
      { at: '2026-11-11T08:00:00Z', by: 'ada', did: 'Opened', stage: 'money' },
      { at: '2026-11-24T08:00:00Z', by: 'bob', did: 'Opened', stage: 'rest' },
      { at: '2026-11-25T18:00:00Z', by: 'bob', did: 'RolledBack', stage: 'rest' },
    ],
    namespaces: new Map(),
  });
}
