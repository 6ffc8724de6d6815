import { type Command, Option } from 'commander';
import { GROUPINGS } from '../core/adoption/status/groups.ts';
import { ASKED_TIMES } from '../core/records/asked-time.ts';
import { timeMeant } from './audit-flags.ts';
import { choice, withInstallation } from './command-flags.ts';
import { type RolloutStatusFlags, rolloutStatus } from './commands/rollout-status.ts';
import type { Environment } from './environment.ts';
import { OUTPUT_FORMATS } from './output/structured.ts';
import { wholeNumber } from './probe-flags.ts';
import type { Done } from './run-program.ts';

/** The command that tells how far the rollout is. */
export function statusCommand(rollout: Command, environment: Environment, done: Done): void {
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
