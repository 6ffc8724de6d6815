import type { Command } from 'commander';
import { choice, collect, withNamespaces, withPolicy } from './command-flags.ts';
import { BRIEF_FORMATS, type RolloutBriefFlags, rolloutBrief } from './commands/rollout-brief.ts';
import type { Environment } from './environment.ts';
import type { Done } from './run-program.ts';

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
    .addOption(choice('-o, --output <format>', 'how to print', BRIEF_FORMATS, 'md'))
    .option('--installed-as <name>', 'name of the installation whose policy counts', 'pillion')
    .option('--kubeconfig <file>', 'how to reach the cluster')
    .option('--context <name>', 'context of the kubeconfig')
    .action((text: string | undefined, flags: RolloutBriefFlags) => done(rolloutBrief(text, flags, environment)));
}
