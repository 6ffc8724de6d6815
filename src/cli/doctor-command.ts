import type { Command } from 'commander';
import { withInstallation, withOutput } from './command-flags.ts';
import { doctor } from './commands/doctor.ts';
import { type DoctorKickFlags, kick } from './commands/doctor-kick.ts';
import type { Environment } from './environment.ts';
import { namespaceName, wholeNumber } from './probe-flags.ts';
import type { Done } from './run-program.ts';
import { usage } from './webhook-address.ts';

/** The command that examines an installation, with its flags. */
export function doctorCommand(command: Command, environment: Environment, done: Done): void {
  withOutput(withInstallation(command, environment))
    .option('--in-cluster', 'use the service account of the pod that this runs in')
    .option('-n, --namespace <name>', 'look closely at this namespace alone, and try out a pod there', namespaceName)
    .option('--strict', 'exit with 1 for warnings as well')
    .option(
      '--kick',
      'instead: wake the controllers that wait up to 1,000 s to try again, since the webhook was away; with -n only those there',
    )
    .option('--dry-run', 'with --kick: only tell which')
    .option(
      '--at-once <count>',
      'with --kick: so many workloads at a time; the next ones when these have pods',
      wholeNumber(1, 1_000),
    )
    .action(({ kick: kicks = false, ...flags }: DoctorKickFlags & { readonly kick?: boolean }) => {
      if (kicks) return done(kick(flags, environment));
      if (flags.dryRun === true || flags.atOnce !== undefined)
        throw usage('--dry-run and --at-once have no effect without --kick: doctor changes nothing');
      return done(doctor(flags, environment));
    });
}
