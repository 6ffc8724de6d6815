import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Environment } from './environment.ts';
import { OUTPUT_FORMATS } from './output/structured.ts';

/** For commands that need to know which policy counts. */
export const withPolicy = (command: Command, { variables }: Environment): Command =>
  command
    .option('--policy <file>', 'an InjectionPolicy instead of the built-in one (repeatable)', collect)
    .option('--profile <file>', 'a SidecarProfile beside the built-in ones (repeatable)', collect)
    .option(
      '--own-namespace <name>',
      'where Pillion runs; never injected',
      variables.POD_NAMESPACE ?? 'pillion-system',
    );

/** For commands about the installation in a cluster. */
export const withInstallation = (command: Command, { variables }: Environment): Command =>
  command
    .option('--installed-as <name>', 'name of the installation', 'pillion')
    .option('--own-namespace <name>', 'where Pillion runs', variables.POD_NAMESPACE ?? 'pillion-system')
    .option('--kubeconfig <file>', 'how to reach the cluster; in a pod its service account is used')
    .option('--context <name>', 'context of the kubeconfig');

/** For commands that are told the labels of namespaces. */
export const withNamespaces = (command: Command): Command =>
  command.option('--namespace-label <[namespace:]key=value>', 'a label of a namespace (repeatable)', collect);

/** For commands that print for people or for machines. */
export const withOutput = (command: Command): Command =>
  command.addOption(choice('-o, --output <format>', 'how to print', OUTPUT_FORMATS, 'human'));

/** A flag that takes one of some words. */
export const choice = (flags: string, description: string, values: readonly string[], preset: string): Option =>
  new Option(flags, description).choices(values).default(preset);

/** A flag that may be given several times. */
export const collect = (value: string, before: string[] = []): string[] => [...before, value];

/** Reads a port. */
export function port(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0 && value <= 65535) return value;
  throw new InvalidArgumentError('Give a port from 0 to 65535; 0 takes a free one.');
}
