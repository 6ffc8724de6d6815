import { type Command, InvalidArgumentError } from 'commander';
import { withInstallation, withOutput } from './command-flags.ts';
import { type PolicyHistoryFlags, policyHistory } from './commands/policy-history.ts';
import { type PolicyRollbackFlags, policyRollback } from './commands/policy-rollback.ts';
import type { Environment } from './environment.ts';
import type { Done } from './run-program.ts';

/** The commands about the earlier policies of a cluster, with their flags. */
export function policyHistoryCommands(policy: Command, environment: Environment, done: Done): void {
  withOutput(
    withInstallation(
      policy
        .command('history')
        .description('print the policies that were in force: when, by whom, and what each changed'),
      environment,
    ),
  ).action((flags: PolicyHistoryFlags) => done(policyHistory(flags, environment)));
  withOutput(
    withInstallation(
      policy
        .command('rollback')
        .description(
          'write the policy of an earlier revision back, and its profiles. What changes is printed first; without --yes nothing is written, and the exit code is 1.',
        ),
      environment,
    ),
  )
    .argument('<revision>', 'the number of the revision, as `pillion policy history` prints it', revisionNumber)
    .option('--yes', 'write it')
    .option('--dry-run', 'have the API server and the webhook judge it, and write nothing')
    .action((revision: number, flags: PolicyRollbackFlags) => done(policyRollback(revision, flags, environment)));
}

function revisionNumber(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new InvalidArgumentError('Give the number of a revision; pillion policy history prints them.');
}
