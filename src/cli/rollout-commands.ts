import type { Command } from 'commander';
import { briefCommands } from './brief-commands.ts';
import { duration } from './certificate-flags.ts';
import { withInstallation, withOutput } from './command-flags.ts';
import { type RolloutRestartFlags, rolloutRestart } from './commands/rollout-restart.ts';
import type { Environment } from './environment.ts';
import { namespaceName, wholeNumber } from './probe-flags.ts';
import { stageCommands } from './rollout-stage-commands.ts';
import { statusCommand } from './rollout-status-command.ts';
import type { Done } from './run-program.ts';

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
  statusCommand(rollout, environment, done);
}
