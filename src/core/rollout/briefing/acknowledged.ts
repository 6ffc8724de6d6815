import type { RolloutRecord } from '../rollout-record.ts';
import type { SquadBriefing } from './briefing.ts';

/** Whether a squad has read its briefing. */
export interface Acknowledged {
  readonly squad: string;
  readonly workloads: number;
  /** Outdated: it has read another version than that of today. */
  readonly state: 'acknowledged' | 'outdated' | 'lacking';
  /** The version of today. */
  readonly digest: string;
  /** Who said so, and when. */
  readonly name?: string;
  readonly time?: string;
  /** The version that was read. */
  readonly read?: string;
}

/** Which squads of a stage have read what will change, and which have not. */
export const acknowledgedOf = (
  stage: string,
  squads: readonly SquadBriefing[],
  { acknowledgements }: RolloutRecord,
): readonly Acknowledged[] =>
  squads.map(({ squad, digest, workloads: { length: workloads } }) => {
    const given = acknowledgements.findLast((one) => one.stage === stage && one.squad === squad);
    if (given === undefined) return { squad, workloads, state: 'lacking', digest };
    const { name, time, digest: read } = given;
    return { squad, workloads, state: read === digest ? 'acknowledged' : 'outdated', digest, name, time, read };
  });
