import type { Command } from 'commander';
import { collect, withOutput } from './command-flags.ts';
import { type TrafficEnvoyFlags, trafficEnvoy } from './commands/traffic-envoy.ts';
import { explainTraffic, type TrafficExplainFlags } from './commands/traffic-explain.ts';
import { lintTrafficFiles, type TrafficLintFlags } from './commands/traffic-lint.ts';
import type { Environment } from './environment.ts';

/** The commands about traffic values, with their flags. */
export function trafficCommands(
  traffic: Command,
  environment: Environment,
  done: (code: number | Promise<number>) => Promise<void>,
): void {
  withDefaults(
    withOutput(traffic.command('lint').description('tell where traffic values break a rule, and what to do')),
  )
    .argument('<file...>', 'traffic values, YAML or JSON, - for stdin')
    .option('--strict', 'exit with 1 when there are warnings, too')
    .action((files: string[], flags: TrafficLintFlags) => done(lintTrafficFiles(files, flags, environment)));
  withDefaults(
    withOutput(
      traffic.command('explain').description('print every traffic value that counts for a service, and who chose it'),
    ),
  )
    .argument('<file>', 'traffic values, YAML or JSON, - for stdin')
    .action((file: string, flags: TrafficExplainFlags) => done(explainTraffic(file, flags, environment)));
}

/** `traffic envoy`, whose flags are those of every command that decides about manifests. */
export function trafficEnvoyCommand(
  command: Command,
  environment: Environment,
  done: (code: number | Promise<number>) => Promise<void>,
): void {
  command
    .description('print the configuration that the sidecar of each workload would get, and which Service chose what')
    .requiredOption(
      '-f, --file <file>',
      'workloads, and the Services and Namespaces that they depend on, - for stdin (repeatable)',
      collect,
    )
    .option('-n, --namespace <name>', 'for objects that name none', 'default')
    .action((flags: TrafficEnvoyFlags) => done(trafficEnvoy(flags, environment)));
}

const withDefaults = (command: Command): Command =>
  command.option('--defaults <file>', 'what the company chooses for all services, in place of the built-in defaults');
