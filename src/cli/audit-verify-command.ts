import type { Command } from 'commander';
import { choice, collect } from './command-flags.ts';
import { type AuditVerifyFlags, verifyRecords } from './commands/audit-verify.ts';
import type { Environment } from './environment.ts';
import type { Done } from './run-program.ts';

/** `audit verify` with its flags. */
export function auditVerifyCommand(command: Command, environment: Environment, done: Done): void {
  command
    .description('compare decision records with the audit log of the API server: what is missing, forged or changed')
    .requiredOption('--records <file>', 'records as `serve` writes them, of every replica (repeatable)', collect)
    .requiredOption('--audit-log <file>', 'the audit log of each API server, of any level (repeatable)', collect)
    .option('--clock-skew <seconds>', 'by how much clocks may differ; so much is left alone at both ends', '2')
    .option(
      '--strict',
      'both are of the same time: what one tells before the other begins or after it ends is missing or extra',
      false,
    )
    .addOption(choice('-o, --output <format>', 'how to print', ['human', 'json'], 'human'))
    .action((flags: AuditVerifyFlags) => done(verifyRecords(flags, environment)));
}
