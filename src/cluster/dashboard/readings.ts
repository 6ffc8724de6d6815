import type { CapacityView } from '../../core/dashboard/capacity.ts';
import type { Remark } from '../../core/dashboard/document.ts';
import { JudgedTemplates } from '../../core/dashboard/judged-templates.ts';
import type { PolicyView } from '../../core/dashboard/policy.ts';
import type { Briefing } from '../../core/dashboard/rollout.ts';
import { trialBase } from '../../core/dashboard/trial-base.ts';
import type { Acknowledged } from '../../core/rollout/briefing/acknowledged.ts';
import { NO_TRAFFIC_SERVICES } from '../../core/traffic/traffic-services.ts';
import { type ClusterView, readClusterView } from './cluster-view.ts';
import type { DashboardSources } from './dashboard-sources.ts';
import { KeptReading } from './kept-reading.ts';
import { readPolicyParts } from './policy-in-force.ts';
import { type PlanReading, readPlan } from './read-plan.ts';
import { readPolicyView } from './read-policy-view.ts';
import { type ReadPoints, type ReadRecord, readKeptPoints, readRolloutRecord } from './read-rollout.ts';
import type { ReadingGround } from './reading-ground.ts';

// whoever has opened a stage sees it when they look again; what takes long is kept longer, see kept-reading.ts
const AGAIN_MS = 5_000;
const MINUTE_MS = 60_000;
const FIVE_MINUTES_MS = 300_000;
// a reading that takes longer goes on, and what was read before is shown meanwhile
const PATIENCE_MS = 5_000;
// where nothing was, whoever asks hears how far it is, before a browser or a proxy gives up
const FIRST_PATIENCE_MS = 15_000;
const SHORT_PATIENCE_MS = 2_000;
const A_MONTH = 31;
const A_YEAR = 366;
// each is some hundreds of kilobytes
const MOST_BRIEFINGS = 5;

/** Everything that the dashboard keeps of a cluster, each read when somebody asks for it. */
export interface Readings {
  readonly view: KeptReading<ClusterView>;
  readonly plan: KeptReading<PlanReading>;
  readonly month: KeptReading<ReadPoints>;
  readonly year: KeptReading<ReadPoints>;
  readonly record: KeptReading<ReadRecord>;
  readonly policy: KeptReading<PolicyView>;
  readonly capacity: KeptReading<CapacityView>;
  readonly acknowledged: KeptReading<ReadonlyMap<string, readonly Acknowledged[]>>;
  readonly briefing: (stage: string) => KeptReading<Briefing | undefined>;
  /** What is in force, for what is done in another thread. */
  readonly ground: () => Promise<ReadingGround>;
}

/** The readings behind a dashboard. Nothing is read yet. */
export function readingsOf(sources: DashboardSources): Readings {
  const { transport, snapshot, place, now, elapsedMs } = sources;
  const patience = { patienceMs: PATIENCE_MS, firstPatienceMs: FIRST_PATIENCE_MS, elapsedMs };
  const kept = <T>(read: () => Promise<T>, periodMs = AGAIN_MS) => new KeptReading({ read, periodMs, ...patience });
  const record = kept(() => readRolloutRecord(sources));
  const plan = kept(() => readPlan(transport));
  const parts = kept(() => readPolicyParts(sources));
  const ground = async (): Promise<ReadingGround> => {
    const [{ plan: standing }, { profiles }] = await Promise.all([lastOf(plan), lastOf(parts)]);
    const base = trialBase(snapshot().policy, profiles, standing);
    return { base, plan: standing, ownNamespace: place.namespace, nowMs: now().getTime() };
  };
  const briefings = new Map<string, KeptReading<Briefing | undefined>>();
  return {
    view: keptView(sources, patience),
    ...{ plan, record, ground },
    month: kept(() => readKeptPoints(sources, A_MONTH)),
    year: kept(() => readKeptPoints(sources, A_YEAR), FIVE_MINUTES_MS),
    policy: new KeptReading({
      ...{ ...patience, periodMs: AGAIN_MS },
      read: () => readPolicyView(sources, () => lastOf(parts)),
      holds: ({ active }) => active.revision === snapshot().policy.revision,
    }),
    capacity: new KeptReading({
      ...{ ...patience, periodMs: MINUTE_MS },
      read: async () => sources.readCapacity(await ground()),
      progress: () => 'Capacity is being computed for the first time; for 20,000 pods that takes a minute.',
    }),
    acknowledged: new KeptReading({
      // the stages are there meanwhile
      ...{ ...patience, periodMs: MINUTE_MS, patienceMs: SHORT_PATIENCE_MS, firstPatienceMs: SHORT_PATIENCE_MS },
      read: async () => {
        const [standing, { record: done }] = await Promise.all([ground(), lastOf(record)]);
        const { plan: its } = standing;
        return its === undefined ? new Map() : await sources.readAcknowledged({ ...standing, plan: its }, done);
      },
    }),
    briefing: (stage) => {
      const known = briefings.get(stage) ?? kept(() => briefingOf(stage), MINUTE_MS);
      briefings.delete(stage);
      briefings.set(stage, known);
      const [oldest] = briefings.keys();
      if (briefings.size > MOST_BRIEFINGS && oldest !== undefined) briefings.delete(oldest);
      return known;
    },
  };

  async function briefingOf(stage: string): Promise<Briefing | undefined> {
    const standing = await ground();
    const { plan: its } = standing;
    return its && (await sources.readBriefing({ ...standing, plan: its }, stage));
  }
}

/** The rows of a cluster. Those that an earlier policy decided would stand beside explanations by the one of now. */
function keptView({ transport, snapshot, now }: DashboardSources, patience: Patience): KeptReading<ClusterView> {
  const templates = new JudgedTemplates();
  let pods = 0;
  const read = () => {
    const { policy, services = NO_TRAFFIC_SERVICES } = snapshot();
    const progress = (seen: number) => {
      pods = seen;
    };
    return readClusterView(transport, { policy, services }, templates, { now: now(), progress });
  };
  return new KeptReading({
    ...{ ...patience, periodMs: AGAIN_MS, read },
    holds: ({ policy }) => policy === snapshot().policy,
    progress: () => `The cluster is being read for the first time; so far ${pods.toLocaleString('en')} pods.`,
  });
}

type Patience = Pick<ConstructorParameters<typeof KeptReading>[0], 'patienceMs' | 'firstPatienceMs' | 'elapsedMs'>;

/** What a reading gives, however old it is. */
export const lastOf = async <T>(reading: KeptReading<T>): Promise<T> => (await reading.get()).value;

/** What could not be read, for whoever looks at the rest. */
export type Told = readonly Remark[];
