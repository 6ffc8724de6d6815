import type { Command } from 'commander';
import { collect, withOutput } from './command-flags.ts';
import { type PolicyShadowFlags, reportShadows } from './commands/policy-shadow.ts';
import type { Environment } from './environment.ts';
import type { Done } from './run-program.ts';

/** `policy shadow` with its flags. */
export function policyShadowCommand(command: Command, environment: Environment, done: Done): void {
  withOutput(
    command.description(
      'tell from decision records what policies in mode Shadow would have decided otherwise, by whose pods',
    ),
  )
    .requiredOption(
      '-f, --file <file>',
      'records as `serve` writes them, JSON or GELF, one a line, - for stdin (repeatable)',
      collect,
    )
    .option('-n, --namespace <name>', 'only pods of this namespace')
    .action((flags: PolicyShadowFlags) => done(reportShadows(flags, environment)));
}
