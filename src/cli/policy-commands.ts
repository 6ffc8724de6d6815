import { type Command, Option } from 'commander';
import { collect, withInstallation, withNamespaces, withOutput, withPolicy } from './command-flags.ts';
import { type PolicyShowFlags, showPolicy } from './commands/policy.ts';
import { diffPolicies, type PolicyDiffFlags } from './commands/policy-diff.ts';
import { EXPORTS, exportPolicy, type PolicyExportFlags } from './commands/policy-export.ts';
import { type PolicyValidateFlags, validatePolicy } from './commands/policy-validate.ts';
import { type SimulateFlags, simulate } from './commands/simulate.ts';
import type { Environment } from './environment.ts';
import { policyHistoryCommands } from './policy-history-commands.ts';
import { policyShadowCommand } from './policy-shadow-command.ts';
import type { Done } from './run-program.ts';

/** The commands about policies, with their flags. */
export function policyCommands(policy: Command, environment: Environment, done: Done): void {
  withStanding(
    withOutput(withPolicy(policy.command('show').description('print the policy that counts'), environment)),
  ).action((flags: PolicyShowFlags) => done(showPolicy(flags, environment)));
  withOwnNamespace(policy.command('validate'), environment)
    .description(
      'say whether the policies and profiles in files are accepted, with every place that is not, and what of them cannot have been meant so',
    )
    .argument('<file...>', 'with InjectionPolicies and SidecarProfiles, - for stdin')
    .option('--strict', 'exit with 1 when something is warned of')
    .action((files: string[], flags: PolicyValidateFlags) => done(validatePolicy(files, flags, environment)));
  withOutput(withInstallation(policy.command('diff'), environment))
    .description(
      'print which settings two policies and their profiles have otherwise, with what was left out. Exits with 1 when one differs.',
    )
    .argument('<before>', 'file with a policy and its profiles, - for stdin, or a revision of `policy history`')
    .argument('<after>', 'the other one')
    .action((before: string, after: string, flags: PolicyDiffFlags) =>
      done(diffPolicies(before, after, flags, environment)),
    );
  const exporting = policy
    .command('export')
    .description(
      'print what the API server (Kubernetes 1.36 or newer) can do of the policy by itself while the webhook is away, for kubectl apply; what it cannot goes to stderr',
    );
  withStanding(withOutput(withPolicy(exporting, environment)))
    .addOption(new Option('--as <kind>', 'as which kind of object').choices([...EXPORTS]).makeOptionMandatory())
    .action((flags: PolicyExportFlags) => done(exportPolicy(flags, environment)));
  policyHistoryCommands(policy, environment, done);
  policyShadowCommand(policy.command('shadow'), environment, done);
}

const withStanding = (command: Command): Command =>
  command
    .option('--from-cluster', 'what the InjectionPolicies and SidecarProfiles of the cluster make up')
    .option('--kubeconfig <file>', 'how to reach the cluster')
    .option('--context <name>', 'context of the kubeconfig');

const withOwnNamespace = (command: Command, { variables }: Environment): Command =>
  command.option(
    '--own-namespace <name>',
    'where Pillion runs; never injected',
    variables.POD_NAMESPACE ?? 'pillion-system',
  );

/** The command that tries a policy out, with its flags. */
export function simulateCommand(command: Command, environment: Environment, done: Done): void {
  withOutput(withNamespaces(withPolicy(command, environment)))
    .description(
      'say which decisions another policy would change: about the workloads of the cluster, of manifests, or about the pods of a log. Exits with 1 when one would, with 3 when no pod can be decided about.',
    )
    .option(
      '--against <file>',
      'the policy to compare with, and its profiles, instead of the one that counts now (repeatable)',
      collect,
    )
    .option('-f, --file <file>', 'decide about these manifests, not the cluster, - for stdin (repeatable)', collect)
    .option(
      '--audit <file>',
      'or about the pods in a log: records as `serve` writes them, or the API server’s audit log, - for stdin (repeatable)',
      collect,
    )
    .option('-n, --namespace <name>', 'for objects that name none', 'default')
    .option('--strict', 'exit with 1 also when a pod cannot be decided about')
    .option('--kubeconfig <file>', 'how to reach the cluster')
    .option('--context <name>', 'context of the kubeconfig')
    .action((flags: SimulateFlags) => done(simulate(flags, environment)));
}
