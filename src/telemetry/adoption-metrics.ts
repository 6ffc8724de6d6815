import type { CountedGroups } from '../core/adoption/counted-groups.ts';
import { type AdoptionPoint, FIGURES, type Figure } from '../core/adoption/counts.ts';
import { GROUPINGS } from '../core/adoption/status/groups.ts';
import type { MetricMaker } from './metric-maker.ts';
import type { MetricRow } from './metric-table.ts';

/** What became of a point that was to be kept. */
export const ADOPTION_POINTS = ['written', 'known', 'failed'] as const;
export type AdoptionPointResult = (typeof ADOPTION_POINTS)[number];

// as labels are written: opted_in
const LABELS: Readonly<Record<Figure, string>> = {
  eligible: 'eligible',
  optedIn: 'opted_in',
  injected: 'injected',
  stale: 'stale',
  excluded: 'excluded',
  incompatible: 'incompatible',
};

const GROUPS = 'the largest 100 of each kind';

/** The metrics of how far the rollout is. */
export const ADOPTION_METRICS = {
  adoptionPods: {
    name: 'pillion_adoption_pods',
    type: 'gauge',
    help: 'Running pods by what the rollout made of them, as the last scan counted them; docs/rollout.md says what each figure is. Only the replica that scans has it.',
    labels: { figure: Object.values(LABELS) },
  },
  adoptionWorkloads: {
    name: 'pillion_adoption_workloads',
    type: 'gauge',
    help: 'The same of the workloads behind the pods; one is injected when all its pods are.',
    labels: { figure: Object.values(LABELS) },
  },
  adoptionGroupPods: {
    name: 'pillion_adoption_group_pods',
    type: 'gauge',
    help: 'The same of pods by namespace, tribe, squad, stage of the RolloutPlan and environment. `unowned`: nobody is named; `none`: in no stage; `other`: the sum of all beyond the largest 100.',
    labels: { by: GROUPINGS, group: GROUPS, figure: Object.values(LABELS) },
  },
  adoptionPoints: {
    name: 'pillion_adoption_points_total',
    type: 'counter',
    help: 'Points of the series kept in ConfigMaps pillion-adoption-YYYY-MM, one an hour. `known`: the hour had one; `failed`: the next scan tries again.',
    labels: { result: ADOPTION_POINTS },
  },
} as const satisfies Record<string, MetricRow>;

/** What is reported of how far the rollout is. */
export interface AdoptionMetrics {
  /** What was counted; undefined when this replica does not count any more. */
  counted(point: Pick<AdoptionPoint, 'pods' | 'workloads'> | undefined, groups?: CountedGroups): void;
  point(result: AdoptionPointResult): void;
}

export function adoptionMetrics({ counter, gauge }: MetricMaker): AdoptionMetrics {
  const pods = gauge(ADOPTION_METRICS.adoptionPods);
  const workloads = gauge(ADOPTION_METRICS.adoptionWorkloads);
  const ofGroups = gauge(ADOPTION_METRICS.adoptionGroupPods);
  const points = counter(ADOPTION_METRICS.adoptionPoints);
  return {
    counted(point, groups = new Map()) {
      for (const each of [pods, workloads, ofGroups]) each.reset();
      if (point === undefined) return;
      for (const figure of FIGURES) {
        pods.set({ figure: LABELS[figure] }, point.pods[figure]);
        workloads.set({ figure: LABELS[figure] }, point.workloads[figure]);
        for (const [by, named] of groups)
          for (const one of named) ofGroups.set({ by, group: one.group, figure: LABELS[figure] }, one.pods[figure]);
      }
    },
    point: (result) => points.inc({ result }),
  };
}
