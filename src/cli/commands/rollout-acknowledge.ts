import { changeRecord, readStoredRecord } from '../../cluster/rollout/stored-record.ts';
import type { KubeTransport } from '../../cluster/transport.ts';
import { whoAmI } from '../../cluster/who-am-i.ts';
import { printable } from '../../core/problem/printable.ts';
import { problemLine } from '../../core/problem/problem.ts';
import { quoted } from '../../core/problem/quoted.ts';
import { acknowledgedOf } from '../../core/rollout/briefing/acknowledged.ts';
import { withAcknowledgement } from '../../core/rollout/rollout-record.ts';
import { withCluster } from '../cluster-call.ts';
import type { Environment } from '../environment.ts';
import { acknowledgedText } from '../output/acknowledged.ts';
import { type OutputFormat, structured } from '../output/structured.ts';
import { recordPlace } from '../rollout-call.ts';
import { usage } from '../webhook-address.ts';
import { briefingFor, type RolloutBriefFlags } from './rollout-brief.ts';

export interface RolloutAcknowledgeFlags extends Omit<RolloutBriefFlags, 'output' | 'file' | 'squad'> {
  readonly squad: string;
  readonly as?: string;
  readonly ownNamespace: string;
  readonly output: OutputFormat;
}

// what the record takes as a name
const MOST_CHARACTERS = 253;

/**
 * `pillion rollout acknowledge STAGE --squad NAME`: records that the squad has read what will change for it, with the version that it read.
 * @returns 0
 * @throws Fault PIL002, PIL003 for a stage or a squad that there is not, PIL004, PIL006
 */
export async function rolloutAcknowledge(
  stageName: string,
  flags: RolloutAcknowledgeFlags,
  environment: Environment,
): Promise<number> {
  return withCluster(flags, async (transport) => {
    const { stage, squads } = await stageBriefing(transport, stageName, flags, environment);
    const user = await whoAmI(transport);
    const acknowledged = {
      stage,
      squad: flags.squad,
      name: (flags.as === undefined ? user : `${flags.as} (told by ${user})`).slice(0, MOST_CHARACTERS),
      time: environment.now().toISOString(),
      digest: squads[0]?.digest ?? '',
    };
    await changeRecord(transport, recordPlace(flags), (record) => withAcknowledgement(record, acknowledged));
    const { squad, name, digest } = acknowledged;
    environment.stdout(
      flags.output === 'human'
        ? `recorded: ${printable(name)} has read version ${digest} of the briefing of stage ${stage} for squad ${printable(squad)}\n`
        : structured(acknowledged, flags.output),
    );
    return 0;
  });
}

/**
 * `pillion rollout brief STAGE --acknowledged`: which squads of the stage have read what will change for them.
 * @returns 0
 * @throws as `rolloutAcknowledge`
 */
export async function acknowledgedBriefings(
  stageName: string,
  flags: Omit<RolloutBriefFlags, 'output'> & { readonly ownNamespace: string; readonly output: OutputFormat },
  environment: Environment,
): Promise<number> {
  return withCluster(flags, async (transport) => {
    const { stage, squads } = await stageBriefing(transport, stageName, flags, environment);
    const { record, problems } = await readStoredRecord(transport, recordPlace(flags));
    for (const problem of problems) environment.stderr(`${problemLine(problem)}\n`);
    const told = acknowledgedOf(stage, squads, record);
    environment.stdout(
      flags.output === 'human'
        ? acknowledgedText(stage, told, environment)
        : structured({ stage, squads: told }, flags.output),
    );
    return 0;
  });
}

async function stageBriefing(
  transport: KubeTransport,
  name: string,
  flags: Omit<RolloutBriefFlags, 'output'>,
  environment: Environment,
) {
  const { about, squads } = await briefingFor(name, flags, environment, transport);
  if (about.stage === undefined)
    throw usage(`${quoted(name)} is no stage of the plan; what is acknowledged is the briefing of a stage`);
  return { stage: about.stage, squads };
}
