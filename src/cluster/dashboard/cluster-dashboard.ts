import { pointOf } from '../../core/adoption/counts.ts';
import { adoptionStatus } from '../../core/adoption/status/status.ts';
import type { DashboardData } from '../../core/dashboard/dashboard-data.ts';
import type { Remark } from '../../core/dashboard/document.ts';
import { compatibilityWord } from '../../core/dashboard/known-workload.ts';
import { namespacePage } from '../../core/dashboard/namespace-pages.ts';
import { overviewOf } from '../../core/dashboard/overview-of.ts';
import { rolloutOf } from '../../core/dashboard/rollout-of.ts';
import { workloadPage } from '../../core/dashboard/workload-pages.ts';
import { EMPTY_RECORD } from '../../core/rollout/rollout-record.ts';
import { stagesHere } from '../../core/rollout/stage-members.ts';
import type { DashboardSources } from './dashboard-sources.ts';
import type { Kept, KeptReading } from './kept-reading.ts';
import { readAnyWorkload } from './read-workload-detail.ts';
import { lastOf, readingsOf, type Told } from './readings.ts';
import { remarkOn } from './what-failed.ts';

// more is read of a year than of a month
const A_MONTH = 31;

const NO_POINTS = { points: [], remarks: [] };
const NOTHING_DONE = { record: EMPTY_RECORD, remarks: [] };

/** The data behind the dashboard, read from the cluster when somebody looks, and kept for a while. */
export function clusterDashboard(sources: DashboardSources): DashboardData {
  const { snapshot, place, version, now } = sources;
  const { view, plan, month, year, record, policy, capacity, acknowledged, briefing, ground } = readingsOf(sources);
  return {
    overview: async ({ days = 30 }) => {
      const [seen, points, done, health, verdicts] = await Promise.all([
        view.get(),
        orElse(days > A_MONTH ? year : month, NO_POINTS),
        orElse(record, NOTHING_DONE),
        sources.health(),
        sources.verdicts(),
      ]);
      const { figures, namespaces, asOf, podsCounted } = seen.value;
      const live = podsCounted ? { point: pointOf(asOf, figures.cells), byStage: figures.byStage } : undefined;
      const { actions } = done.value.record;
      return overviewOf({
        ...{ asOf, version, days, health, nowMs: now().getTime(), verdicts },
        cluster: {
          ...{ namespaces: namespaces.size, pods: figures.pods, workloads: figures.workloads.length },
          incompatible: figures.workloads.filter((one) => compatibilityWord(one) === 'incompatible').length,
        },
        status: adoptionStatus({ kept: points.value.points, live, plan: seen.value.plan, actions, namespaces }),
        remarks: [
          ...remarksOf(seen, 'the cluster'),
          ...remarksOf(points, 'what is kept of the rollout'),
          ...remarksOf(done, 'the record of the rollout'),
        ],
      });
    },
    rollout: async () => {
      const [seen, done, read] = await Promise.all([
        view.get(),
        orElse(record, NOTHING_DONE),
        orElse(acknowledged, new Map()),
      ]);
      const { namespaces, figures, asOf } = seen.value;
      return rolloutOf({
        ...{ asOf, plan: seen.value.plan, place, enforced: snapshot().policy.stages !== undefined },
        namespaces: namespaces.values(),
        byStage: figures.byStage,
        actions: done.value.record.actions,
        askedGates: done.value.record.gates,
        acknowledged: read.value,
        remarks: [
          ...remarksOf(seen, 'the cluster'),
          ...remarksOf(done, 'the record of the rollout'),
          ...staleOf(read, 'what squads have acknowledged'),
        ],
      });
    },
    briefing: async ({ stage }) => {
      const { plan: standing } = await lastOf(plan);
      const isThere = standing !== undefined && stagesHere(standing).some(({ name }) => name === stage);
      return isThere ? await lastOf(briefing(stage)) : undefined;
    },
    namespaces: async (query, visible) => {
      const seen = await view.get();
      const remarks = remarksOf(seen, 'the cluster');
      return namespacePage(seen.value.rows, query, visible, { asOf: seen.value.asOf, remarks });
    },
    workloads: async (query, visible) => {
      const seen = await view.get();
      const remarks = remarksOf(seen, 'the cluster');
      return workloadPage(seen.value.figures.workloads, query, visible, { asOf: seen.value.asOf, remarks });
    },
    workload: async (query, visible) =>
      visible(query.namespace)
        ? await readAnyWorkload(sources, query, {
            plan: async () => (await lastOf(plan)).plan,
            view: () => lastOf(view),
          })
        : undefined,
    policy: async () => withRemarks(await policy.get(), 'the policy'),
    capacity: async () => withRemarks(await capacity.get(), 'what capacity is made of'),
    playground: async (question, visible) => {
      const { plan: _, ...standing } = await ground();
      const seen = [...snapshot().namespaces.values()].filter(({ name }) => visible(name));
      return await sources.tryManifests(question, { ...standing, namespaces: seen });
    },
  };
}

/** What a reading gives; where it gives nothing, what there is in place of it, and why. */
const orElse = <T>(reading: KeptReading<T>, nothing: T): Promise<Kept<T>> =>
  reading.get().catch((error: unknown) => ({
    value: nothing,
    stale: error instanceof Error ? error : new Error(String(error)),
  }));

const staleOf = ({ stale }: Pick<Kept<unknown>, 'stale'>, what: string): Told =>
  stale === undefined ? [] : [remarkOn(what, stale)];

const remarksOf = (kept: Kept<{ readonly remarks: Told }>, what: string): Told => [
  ...staleOf(kept, what),
  ...kept.value.remarks,
];

const withRemarks = <T extends { remarks: Remark[] }>(kept: Kept<T>, what: string): T => ({
  ...kept.value,
  remarks: [...remarksOf(kept, what)],
});
