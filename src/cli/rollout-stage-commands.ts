import type { Command } from 'commander';
import { duration } from './certificate-flags.ts';
import { collect, withInstallation, withOutput } from './command-flags.ts';
import { type RolloutGatesFlags, rolloutGates } from './commands/rollout-gates.ts';
import { type RolloutOpenFlags, rolloutOpen } from './commands/rollout-open.ts';
import { rolloutPause, rolloutResume } from './commands/rollout-pause.ts';
import { type RolloutPlanFlags, rolloutPlan } from './commands/rollout-plan.ts';
import { type RolloutRollbackFlags, rolloutRollback } from './commands/rollout-rollback.ts';
import type { Environment } from './environment.ts';
import { clusterGates } from './evaluated-gates.ts';
import { wholeNumber } from './probe-flags.ts';
import { withPrometheus } from './prometheus-flags.ts';
import type { RolloutFlags } from './rollout-call.ts';
import type { Done } from './run-program.ts';
import { usage } from './webhook-address.ts';

const DAY_MS = 24 * 60 * 60_000;

/** What is asked before a stage is opened. */
function gatesCommand(rollout: Command, environment: Environment, done: Done): void {
  withPrometheus(
    withOutput(
      withInstallation(
        rollout
          .command('gates')
          .description(
            'what has to hold before a stage of the plan is opened, and whether it does: of each gate the figure, what is asked for, and what to do. Exits with 1 when one failed or is unknown.',
          ),
        environment,
      ),
    ),
    environment,
  )
    .argument('<stage>', 'the stage, by its name')
    .option('--plan <file>', 'the plan of this file; that of the cluster unless told')
    .option('--record', 'keep what they came to beside the plan, where the dashboard shows it')
    .action((stage: string, flags: RolloutGatesFlags) => done(rolloutGates(stage, flags, environment)));
}

/** The commands that plan the rollout and change it, stage by stage. */
export function stageCommands(rollout: Command, environment: Environment, done: Done): void {
  gatesCommand(rollout, environment, done);
  const changing = (name: string, description: string): Command =>
    withOutput(withInstallation(rollout.command(name).description(description), environment)).option(
      '--dry-run',
      'only tell what would be changed',
    );
  withOutput(
    withInstallation(
      rollout
        .command('plan')
        .description(
          'propose a RolloutPlan for the workloads of the cluster: small and safe first, each stage about twice the one before, each namespace with its reason. With -f or --current shows a plan against the cluster, and exits with 1 when they do not fit each other.',
        ),
      environment,
    ),
  )
    .option('-f, --filename <file>', 'show this plan, - for stdin')
    .option('--current', 'show the plan of the cluster')
    .option('--manifests <file>', 'propose for the workloads in files, in place of a cluster (repeatable)', collect)
    .option('--stages <count>', 'so many stages at most', wholeNumber(1, 100), 5)
    .option('--start <day>', 'the first day of the first stage, such as 2027-01-31')
    .option('--every <days>', 'days from one stage to the next', wholeNumber(1, 365), 7)
    .action((flags: RolloutPlanFlags) => done(rolloutPlan(flags, environment)));
  withPrometheus(
    changing(
      'open',
      'open a stage of the RolloutPlan: labels its namespaces, and records what it wrote. Exits with 1 when it is refused, or a namespace is left as it was.',
    ),
    environment,
  )
    .argument('<stage>', 'of the RolloutPlan default of the cluster')
    .option('--out-of-order', 'also while stages before it are closed')
    .option('--force <reason>', 'also when gates are not passed; the reason is recorded', reason)
    .action((stage: string, flags: RolloutOpenFlags) => done(rolloutOpen(stage, flags, environment, clusterGates)));
  changing(
    'rollback',
    'close a stage: takes the labels away that open wrote, and restarts the workloads that carry its sidecar, one at a time. Run again it goes on. Exits with 1 when a label could not be taken away, or a workload keeps its sidecar.',
  )
    .argument('<stage>', 'of the RolloutPlan default of the cluster')
    .option('--no-restart', 'leave running pods as they are')
    .option(
      '--timeout <duration>',
      'what each workload may take (default: 10m)',
      duration(1_000, DAY_MS, 'from 1s to 24h'),
    )
    .action((stage: string, flags: RolloutRollbackFlags) => done(rolloutRollback(stage, flags, environment)));
  changing('pause', 'open no stage until resume; what is open stays open')
    .option('--reason <text>', 'why, for those who want to go on', reason)
    .action((flags: RolloutFlags) => done(rolloutPause(flags, environment)));
  changing('resume', 'open stages again').action((flags: RolloutFlags) => done(rolloutResume(flags, environment)));
}

/** @throws Fault PIL003 for one that the record or the plan would not take */
function reason(text: string): string {
  if (text.trim() === '' || text.length > 500) throw usage('a reason has 1 to 500 characters');
  return text;
}
