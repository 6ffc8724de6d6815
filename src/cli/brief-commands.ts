import type { Command } from 'commander';
import { choice, collect, withNamespaces, withOutput, withPolicy } from './command-flags.ts';
import {
  acknowledgedBriefings,
  type RolloutAcknowledgeFlags,
  rolloutAcknowledge,
} from './commands/rollout-acknowledge.ts';
import { BRIEF_FORMATS, type RolloutBriefFlags, rolloutBrief } from './commands/rollout-brief.ts';
import type { Environment } from './environment.ts';
import type { Done } from './run-program.ts';
import { usage } from './webhook-address.ts';

/** The commands about briefings of squads, with their flags. */
export function briefCommands(rollout: Command, environment: Environment, done: Done): void {
  withNamespaces(
    withPolicy(
      rollout
        .command('brief')
        .description(
          'tell each squad what will change for its workloads once they opt in: computed from their pod templates, as the webhook decides',
        ),
      environment,
    ),
  )
    .argument('[stage|namespace|kind/name]', 'for whom: a stage of the plan, a namespace, or a workload')
    .option('-f, --file <file>', 'of manifests instead of a cluster, - for stdin (repeatable)', collect)
    .option('--plan <file>', 'a RolloutPlan instead of that of the cluster')
    .option('-n, --namespace <name>', 'of the workload, and for objects that name none', 'default')
    .option('--squad <name>', 'for this squad alone')
    .option('--acknowledged', 'instead of the briefing of a stage, which squads have acknowledged it')
    .addOption(choice('-o, --output <format>', 'how to print', BRIEF_FORMATS, 'md'))
    .option('--installed-as <name>', 'name of the installation whose policy counts', 'pillion')
    .option('--kubeconfig <file>', 'how to reach the cluster')
    .option('--context <name>', 'context of the kubeconfig')
    .action((text: string | undefined, flags: BriefFlags) => done(briefOrList(text, flags, environment)));
  withOutput(
    withPolicy(
      rollout
        .command('acknowledge')
        .description(
          'record that a squad has read the briefing of a stage: who, when, and which version; a briefing that says something else later shows as outdated',
        ),
      environment,
    ),
  )
    .argument('<stage>', 'of the RolloutPlan')
    .requiredOption('--squad <name>', 'that has read it; unowned for workloads without one')
    .option('--as <person>', 'who has read it, when somebody else records it')
    .option('--plan <file>', 'a RolloutPlan instead of that of the cluster')
    .option('--installed-as <name>', 'name of the installation', 'pillion')
    .option('--kubeconfig <file>', 'how to reach the cluster')
    .option('--context <name>', 'context of the kubeconfig')
    .action((stage: string, flags: Omit<RolloutAcknowledgeFlags, 'namespace'>) =>
      done(rolloutAcknowledge(stage, { ...flags, namespace: 'default' }, environment)),
    );
}

type BriefFlags = RolloutBriefFlags & { readonly ownNamespace: string };

function briefOrList(text: string | undefined, flags: BriefFlags, environment: Environment): Promise<number> {
  if (flags.acknowledged !== true) return rolloutBrief(text, flags, environment);
  if (text === undefined || flags.file !== undefined)
    throw usage('--acknowledged is asked of a stage of a cluster: pillion rollout brief STAGE --acknowledged');
  if (flags.output === 'html') throw usage('who has acknowledged is not told as html; give md, json or yaml');
  const output = flags.output === 'md' ? 'human' : flags.output;
  return acknowledgedBriefings(text, { ...flags, output }, environment);
}
