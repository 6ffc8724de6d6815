import type { Command } from 'commander';
import { choice, withOutput } from '../cli/command-flags.ts';
import { LINT_FORMATS } from '../cli/output/lint-report.ts';
import { type Done, programNamed, runProgram } from '../cli/run-program.ts';
import { type DiffFlags, diff } from './commands/diff.ts';
import { type ExplainFlags, explain } from './commands/explain.ts';
import { type GenerateFlags, generate } from './commands/generate.ts';
import { HANDED_OVER, handOver } from './commands/hand-over.ts';
import { type LintFlags, lint } from './commands/lint.ts';
import { verify } from './commands/verify.ts';
import type { PluginEnvironment } from './environment.ts';
import { projectFlags, withProject } from './plugin-flags.ts';

/**
 * Runs one command line of the plugin.
 * @param args without the program’s own name
 * @returns the exit code: 0 done, 1 refused or failed, 2 usage or a refused document, or what Helm ended with
 */
export const runPlugin = (args: readonly string[], environment: PluginEnvironment): Promise<number> =>
  runProgram((done) => pluginLine(environment, done), args, environment.stderr);

/** Every command with its flags; `done` receives the exit code of the one that ran. */
export function pluginLine(environment: PluginEnvironment, done: Done): Command {
  const program = programNamed(
    'helm pillion',
    'From traffic values and the central templates of the company: a complete chart, checked, for Helm.',
    environment,
  );
  const command = (name: string, description: string) => withProject(program.command(name).description(description));
  const folder = ['-o, --output <folder>', 'the folder of the chart'] as const;

  command('generate', 'write a complete chart: the project’s own, with the mesh’s objects and annotations')
    .requiredOption(...folder)
    .action((given) => done(generate(projectFlags(given) as GenerateFlags, 'generated', environment)));
  for (const [name, description] of Object.entries(HANDED_OVER))
    command(name, description)
      .argument('<release>', 'name of the release')
      .argument('[helm-flags...]', 'flags for Helm itself, behind a --')
      .action((release: string, helmFlags: string[], given) =>
        done(handOver(name as keyof typeof HANDED_OVER, release, helmFlags, projectFlags(given), environment)),
      );
  command('lint', 'tell where the traffic values break a rule, and what to do')
    .addOption(choice('-o, --output <format>', 'how to print', LINT_FORMATS, 'human'))
    .option('--strict', 'exit with 1 when there are warnings, too')
    .action((given) => done(lint(projectFlags(given) as LintFlags, environment)));
  command('eject', 'write the chart as the project’s own: without the header, and without a lock')
    .requiredOption(...folder)
    .action((given) => done(generate(projectFlags(given) as GenerateFlags, 'ejected', environment)));
  command('verify', 'tell which files of a generated chart are not what would be generated now')
    .requiredOption(...folder)
    .action((given) => done(verify(projectFlags(given) as GenerateFlags, environment)));
  command('diff', 'show what a generated chart, or a release, would become')
    .option('-o, --output <folder>', 'the folder of a generated chart')
    .argument('[release]', 'or a release of the cluster')
    .action((release: string | undefined, given) => done(diff(release, projectFlags(given) as DiffFlags, environment)));
  withOutput(command('explain', 'print every traffic value that counts and who chose it, or what a rule is about'))
    .argument('[rule]', 'such as MESH012')
    .action((rule: string | undefined, given) => done(explain(rule, projectFlags(given) as ExplainFlags, environment)));
  return program;
}
