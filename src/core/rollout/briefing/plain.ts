import type { SquadBriefing } from './briefing.ts';
import { type Phrase, plainText } from './phrase.ts';
import type { WorkloadBriefing } from './workload-briefing.ts';

const plain = <T extends { readonly says: Phrase }>({ says, ...more }: T) => ({ ...more, says: plainText(says) });

const plainWorkload = ({ outcome, statements, acknowledged: _, lookups, ways, ...more }: WorkloadBriefing) => ({
  ...more,
  outcome: plainText(outcome),
  statements: statements.map(plain),
  lookups: lookups.map(plain),
  ways: ways.map(plain),
});

/** Briefings for machines, their sentences as texts. */
export const plainBriefings = (squads: readonly SquadBriefing[]) =>
  squads.map(({ workloads, ...squad }) => ({ ...squad, workloads: workloads.map(plainWorkload) }));
