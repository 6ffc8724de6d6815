import { type Command, Option } from 'commander';
import { GROUPINGS } from '../core/adoption/status/groups.ts';
import { ASKED_TIMES } from '../core/records/asked-time.ts';
import { timeMeant } from './audit-flags.ts';
import { duration } from './certificate-flags.ts';
import { choice, withInstallation, withOutput } from './command-flags.ts';
import { type RolloutRestartFlags, rolloutRestart } from './commands/rollout-restart.ts';
import { type RolloutStatusFlags, rolloutStatus } from './commands/rollout-status.ts';
import type { Environment } from './environment.ts';
import { OUTPUT_FORMATS } from './output/structured.ts';
import { namespaceName, wholeNumber } from './probe-flags.ts';
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

  withInstallation(
    rollout
      .command('status')
      .description(
        'say how far the rollout is: what runs now, the last month as a chart with goals and stages, and when each goal is reached at the present pace. The month comes from ConfigMaps pillion-adoption-YYYY-MM, which the server keeps.',
      ),
    environment,
  )
    .option('--plan <file>', 'a RolloutPlan in place of that of the cluster, - for stdin')
    .addOption(
      new Option('--by <group>', 'a table by this; stage where there is a plan, else namespace').choices(GROUPINGS),
    )
    .option('--days <count>', 'so many days up to now', wholeNumber(1, 366), 30)
    .option('--svg <file>', 'write the chart as a picture as well')
    .option(
      '--at <time>',
      `what was kept until then, in place of what runs now: ${ASKED_TIMES}`,
      timeMeant(environment.now, 'end'),
    )
    .addOption(
      choice(
        '-o, --output <format>',
        'how to print; csv: the series, by group with --by',
        [...OUTPUT_FORMATS, 'csv'],
        'human',
      ),
    )
    .action((flags: RolloutStatusFlags) => done(rolloutStatus(flags, environment)));
}
