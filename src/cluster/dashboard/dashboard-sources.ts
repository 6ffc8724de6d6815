import type { Snapshot } from '../../core/admission/snapshot.ts';
import type { CapacityView } from '../../core/dashboard/capacity.ts';
import type { Overview } from '../../core/dashboard/overview.ts';
import type { PlainGround } from '../../core/dashboard/plain-ground.ts';
import type { PlaygroundAnswer, PlaygroundQuestion } from '../../core/dashboard/playground.ts';
import type { Briefing } from '../../core/dashboard/rollout.ts';
import type { Acknowledged } from '../../core/rollout/briefing/acknowledged.ts';
import type { RolloutRecord } from '../../core/rollout/rollout-record.ts';
import type { PolicyFromFiles } from '../policy-files.ts';
import type { HistoryPlace } from '../policy-objects/history.ts';
import type { KubeTransport } from '../transport.ts';
import type { BriefingGround } from './read-briefings.ts';
import type { ReadingGround } from './reading-ground.ts';

/** Where the data of a dashboard comes from. */
export interface DashboardSources {
  readonly transport: KubeTransport;
  /** What decides at this moment. */
  readonly snapshot: () => Snapshot;
  /** The installation, and where it keeps its own objects. */
  readonly place: HistoryPlace;
  /** Where the policy comes from files; undefined where it is objects of the cluster. */
  readonly files: PolicyFromFiles | undefined;
  /** What was decided lately. */
  readonly verdicts: () => Overview['verdicts'] | Promise<Overview['verdicts']>;
  /** How the service itself is. */
  readonly health: () => Overview['health'] | Promise<Overview['health']>;
  /** Tries manifests, where it keeps nobody waiting. */
  readonly tryManifests: (question: PlaygroundQuestion, ground: PlainGround) => Promise<PlaygroundAnswer>;
  /** Computes capacity by `readCapacityView`, where it keeps nobody waiting. */
  readonly readCapacity: (ground: ReadingGround) => Promise<CapacityView>;
  /** Writes the briefing of a stage by `readBriefing`, where it keeps nobody waiting. */
  readonly readBriefing: (ground: BriefingGround, stage: string) => Promise<Briefing | undefined>;
  /** Finds out by `readAcknowledged` which squads have read theirs, where it keeps nobody waiting. */
  readonly readAcknowledged: (
    ground: BriefingGround,
    record: RolloutRecord,
  ) => Promise<ReadonlyMap<string, readonly Acknowledged[]>>;
  readonly version: string;
  readonly now: () => Date;
  readonly elapsedMs: () => number;
}
