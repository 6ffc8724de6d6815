import type { Command } from 'commander';
import { collect, withNamespaces, withOutput, withPolicy } from './command-flags.ts';
import { type CheckFlags, check } from './commands/check.ts';
import type { Environment } from './environment.ts';
import type { Done } from './run-program.ts';

/** Gives the command `check` its flags. */
export function checkCommand(command: Command, environment: Environment, done: Done): void {
  withOutput(withNamespaces(withPolicy(command, environment)))
    .argument('[kind/name]', 'a workload of the cluster, such as deploy/web; without it all of the namespace')
    .option('-f, --file <file>', 'or manifests, - for stdin (repeatable)', collect)
    .option('-n, --namespace <name>', 'of the workloads, and for objects that name none', 'default')
    .option('-A, --all-namespaces', 'every workload of the cluster')
    .option('--only <code>', 'ask this check alone (repeatable)', collect)
    .option('--skip <code>', 'leave this check out (repeatable)', collect)
    .option('--strict', 'exit with 1 also when a workload needs changes')
    .option('--installed-as <name>', 'name of the installation whose policy counts', 'pillion')
    .option('--kubeconfig <file>', 'how to reach the cluster')
    .option('--context <name>', 'context of the kubeconfig')
    .action((workload: string | undefined, flags: CheckFlags) => done(check(workload, flags, environment)));
}
