import { pointOf } from '../../core/adoption/counts.ts';
import { adoptionStatus } from '../../core/adoption/status/status.ts';
import type { DashboardData } from '../../core/dashboard/dashboard-data.ts';
import type { Remark } from '../../core/dashboard/document.ts';
import { JudgedTemplates } from '../../core/dashboard/judged-templates.ts';
import { namespacePage } from '../../core/dashboard/namespace-pages.ts';
import { overviewOf } from '../../core/dashboard/overview-of.ts';
import type { Briefing } from '../../core/dashboard/rollout.ts';
import { rolloutOf } from '../../core/dashboard/rollout-of.ts';
import { trialBase } from '../../core/dashboard/trial-base.ts';
import { workloadPage } from '../../core/dashboard/workload-pages.ts';
import { stagesHere } from '../../core/rollout/stage-members.ts';
import { NO_TRAFFIC_SERVICES } from '../../core/traffic/traffic-services.ts';
import { readClusterView } from './cluster-view.ts';
import type { DashboardSources } from './dashboard-sources.ts';
import { type Kept, KeptReading } from './kept-reading.ts';
import { readPolicyParts } from './policy-in-force.ts';
import { readAcknowledged, readBriefing } from './read-briefings.ts';
import { readPolicyView } from './read-policy-view.ts';
import { readKeptPoints, readRolloutRecord } from './read-rollout.ts';
import { readAnyWorkload } from './read-workload-detail.ts';
import { remarkOn } from './what-failed.ts';

type Told = readonly Remark[];

const MINUTE_MS = 60_000;
const FIVE_MINUTES_MS = 300_000;
// a reading that takes longer goes on, and what was read before is shown meanwhile
const PATIENCE_MS = 5_000;
const A_MONTH = 31;
const A_YEAR = 366;
// each is some hundreds of kilobytes
const MOST_BRIEFINGS = 5;

/** The data behind the dashboard, read from the cluster when somebody looks, and kept for a while. */
export function clusterDashboard(sources: DashboardSources): DashboardData {
  const { transport, snapshot, place, version, now, elapsedMs } = sources;
  const kept = <T>(read: () => Promise<T>, periodMs = MINUTE_MS, holds: (value: T) => boolean = () => true) =>
    new KeptReading({ read, periodMs, holds, patienceMs: PATIENCE_MS, elapsedMs });
  const deciding = () => {
    const { policy, services = NO_TRAFFIC_SERVICES } = snapshot();
    return { policy, services };
  };
  const templates = new JudgedTemplates();
  // rows that an earlier policy decided would stand beside explanations by the one of now
  const view = kept(
    () => readClusterView(transport, deciding(), templates, now()),
    MINUTE_MS,
    (seen) => seen.policy === snapshot().policy,
  );
  const month = kept(() => readKeptPoints(sources, A_MONTH));
  const year = kept(() => readKeptPoints(sources, A_YEAR), FIVE_MINUTES_MS);
  const record = kept(() => readRolloutRecord(sources));
  const parts = kept(() => readPolicyParts(sources));
  const policy = kept(
    () => readPolicyView(sources, () => lastOf(parts)),
    MINUTE_MS,
    ({ active }) => active.revision === snapshot().policy.revision,
  );
  const acknowledged = kept(async () => {
    const [{ plan }, { record: standing }] = await Promise.all([lastOf(view), lastOf(record)]);
    return plan === undefined ? new Map() : await readAcknowledged(sources, plan, standing);
  }, FIVE_MINUTES_MS);
  const inForce = async () => {
    const [{ plan }, { profiles }] = await Promise.all([lastOf(view), lastOf(parts)]);
    const base = trialBase(snapshot().policy, profiles, plan);
    return { base, plan, ownNamespace: place.namespace, nowMs: now().getTime() };
  };
  const capacity = kept(async () => sources.readCapacity(await inForce()), FIVE_MINUTES_MS);
  const briefings = new Map<string, KeptReading<Briefing | undefined>>();

  return {
    overview: async ({ days = 30 }) => {
      const [seen, points, done, health, verdicts] = await Promise.all([
        view.get(),
        (days > A_MONTH ? year : month).get(),
        record.get(),
        sources.health(),
        sources.verdicts(),
      ]);
      const { figures, plan, namespaces, asOf } = seen.value;
      const live = { point: pointOf(asOf, figures.cells), byStage: figures.byStage };
      const { actions } = done.value.record;
      return overviewOf({
        ...{ asOf, version, days, health, nowMs: now().getTime(), verdicts },
        cluster: { namespaces: namespaces.size, pods: figures.pods, workloads: figures.workloads.length },
        status: adoptionStatus({ kept: points.value.points, live, plan, actions, namespaces }),
        remarks: [
          ...remarksOf(seen, 'the cluster'),
          ...remarksOf(points, 'what is kept of the rollout'),
          ...remarksOf(done, 'the record of the rollout'),
        ],
      });
    },
    rollout: async () => {
      const [seen, done] = await Promise.all([view.get(), record.get()]);
      const read = await acknowledged.get().catch((error: unknown) => ({ value: new Map(), stale: error as Error }));
      const { plan, namespaces, figures, asOf } = seen.value;
      return rolloutOf({
        ...{ asOf, plan, place, enforced: snapshot().policy.stages !== undefined },
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
    briefing: async ({ stage: name }) => {
      const { plan } = await lastOf(view);
      const stage = plan && stagesHere(plan).find((one) => one.name === name);
      if (plan === undefined || stage === undefined) return undefined;
      const known = briefings.get(name) ?? kept(() => briefingNow(name));
      briefings.delete(name);
      briefings.set(name, known);
      const [oldest] = briefings.keys();
      if (briefings.size > MOST_BRIEFINGS && oldest !== undefined) briefings.delete(oldest);
      return lastOf(known);
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
      visible(query.namespace) ? await readAnyWorkload(sources, query, await lastOf(view)) : undefined,
    policy: async () => withRemarks(await policy.get(), 'the policy'),
    capacity: async () => withRemarks(await capacity.get(), 'what capacity is made of'),
    playground: async (question, visible) => {
      const { plan: _, ...ground } = await inForce();
      const { namespaces } = await lastOf(view);
      const seen = [...namespaces.values()].filter(({ name }) => visible(name));
      return await sources.tryManifests(question, { ...ground, namespaces: seen });
    },
  };

  async function briefingNow(name: string): Promise<Briefing | undefined> {
    const { plan } = await lastOf(view);
    const stage = plan && stagesHere(plan).find((one) => one.name === name);
    return plan && stage && (await readBriefing(sources, plan, stage));
  }
}

const lastOf = async <T>(reading: KeptReading<T>): Promise<T> => (await reading.get()).value;

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
