import type { Command } from 'commander';
import { briefCommands } from './brief-commands.ts';
import { duration } from './certificate-flags.ts';
import { collect, withInstallation, withOutput } from './command-flags.ts';
import { type RolloutOpenFlags, rolloutOpen } from './commands/rollout-open.ts';
import { rolloutPause, rolloutResume } from './commands/rollout-pause.ts';
import { type RolloutPlanFlags, rolloutPlan } from './commands/rollout-plan.ts';
import { type RolloutRestartFlags, rolloutRestart } from './commands/rollout-restart.ts';
import { type RolloutRollbackFlags, rolloutRollback } from './commands/rollout-rollback.ts';
import type { Environment } from './environment.ts';
import { namespaceName, wholeNumber } from './probe-flags.ts';
import type { RolloutFlags } from './rollout-call.ts';
import type { Done } from './run-program.ts';
import { usage } from './webhook-address.ts';

const MINUTE_MS = 60_000;

/** The commands that bring workloads into the mesh, with their flags. */
export function rolloutCommands(rollout: Command, environment: Environment, done: Done): void {
  withOutput(
    withInstallation(
      rollout
        .command('restart')
        .description(
          'restart the workloads whose running pods are not as the policy wants them, one of a namespace at a time: waits for each until its new pods are available and carry their sidecar, and stops at the first that fails. Run again it goes on. Exits with 1 when something is left to do.',
        ),
      environment,
    ),
  )
    .argument('[kind/name...]', 'only these workloads, such as deploy/web; all unless told')
    .option('--missing', 'those with pods that should have a sidecar and run without one')
    .option('--stale', 'those with pods whose sidecar would be another one today')
    .option('-n, --namespace <name>', 'only there; for workloads that are named: default', namespaceName)
    .option('--dry-run', 'only tell what would be restarted, and what would not')
    .option('--parallel-namespaces <count>', 'in so many namespaces at a time', wholeNumber(1, 100), 1)
    .option(
      '--timeout <duration>',
      'what each workload may take (default: 10m)',
      duration(1_000, 24 * 60 * MINUTE_MS, 'from 1s to 24h'),
    )
    .action((workloads: string[], flags: RolloutRestartFlags) => done(rolloutRestart(workloads, flags, environment)));
  stageCommands(rollout, environment, done);
  briefCommands(rollout, environment, done);
}

/** Those that change the rollout itself. */
function stageCommands(rollout: Command, environment: Environment, done: Done): void {
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
  changing(
    'open',
    'open a stage of the RolloutPlan: labels its namespaces, and records what it wrote. Exits with 1 when it is refused, or a namespace is left as it was.',
  )
    .argument('<stage>', 'of the RolloutPlan default of the cluster')
    .option('--out-of-order', 'also while stages before it are closed')
    .option('--force <reason>', 'also when gates are not passed; the reason is recorded', reason)
    .action((stage: string, flags: RolloutOpenFlags) => done(rolloutOpen(stage, flags, environment)));
  changing(
    'rollback',
    'close a stage: takes the labels away that open wrote, and restarts the workloads that carry its sidecar, one at a time. Run again it goes on. Exits with 1 when something is left.',
  )
    .argument('<stage>', 'of the RolloutPlan default of the cluster')
    .option('--no-restart', 'leave running pods as they are')
    .option(
      '--timeout <duration>',
      'what each workload may take (default: 10m)',
      duration(1_000, 24 * 60 * MINUTE_MS, 'from 1s to 24h'),
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
