import { type Command, Option } from 'commander';
import { ENVIRONMENTS, TIERS } from '../core/api/traffic/service.ts';
import { PORTS } from '../core/sidecar/profiles/envoy/names.ts';
import { PROBE_LIMITS } from '../core/verification/probe-plan.ts';
import { SAFE_METHODS } from '../core/xds/resilience/retries.ts';
import { choice, collect, withOutput, withPolicy } from './command-flags.ts';
import { type TrafficEnvoyFlags, trafficEnvoy } from './commands/traffic-envoy.ts';
import { explainTraffic, type TrafficExplainFlags } from './commands/traffic-explain.ts';
import { importTrafficFiles, type TrafficImportFlags } from './commands/traffic-import.ts';
import { lintTrafficFiles, type TrafficLintFlags } from './commands/traffic-lint.ts';
import { type TrafficProbeFlags, trafficProbe } from './commands/traffic-probe.ts';
import { type TrafficVerifyFlags, trafficVerify } from './commands/traffic-verify.ts';
import type { Environment } from './environment.ts';
import { LINT_FORMATS } from './output/lint-report.ts';
import { namespaceName, requestPath, wholeNumber } from './probe-flags.ts';
import type { Done } from './run-program.ts';

/** The commands about traffic values, with their flags. */
export function trafficCommands(traffic: Command, environment: Environment, done: Done): void {
  withDefaults(traffic.command('lint').description('tell where traffic values break a rule, and what to do'))
    .argument(
      '[path...]',
      'traffic values, YAML or JSON, - for stdin; also values of a chart with the key mesh, manifests with annotated Services, and directories',
    )
    .option('--catalog <dir>', 'judge all values below a directory together as well, along dependsOn')
    .addOption(choice('-o, --output <format>', 'how to print', LINT_FORMATS, 'human'))
    .option('--strict', 'exit with 1 when there are warnings, too')
    .action((paths: string[], flags: TrafficLintFlags) => done(lintTrafficFiles(paths, flags, environment)));
  withDefaults(
    withOutput(
      traffic.command('explain').description('print every traffic value that counts for a service, and who chose it'),
    ),
  )
    .argument('<file>', 'traffic values, YAML or JSON, - for stdin')
    .action((file: string, flags: TrafficExplainFlags) => done(explainTraffic(file, flags, environment)));
  withDefaults(
    withOutput(
      traffic
        .command('import')
        .description('print the traffic values that say what VirtualServices, DestinationRules and Gateways say'),
    ),
  )
    .requiredOption(
      '-f, --file <file>',
      'these objects, and the Services that they are about, - for stdin (repeatable)',
      collect,
    )
    .option('-n, --namespace <name>', 'for objects that name none', 'default')
    .option('--cluster-domain <name>', 'the last part of the names of Services', 'cluster.local')
    .addOption(new Option('--tier <tier>', 'what the values are to say of the service').choices([...TIERS]))
    .addOption(new Option('--environment <environment>', 'where they are to count').choices([...ENVIRONMENTS]))
    .action((flags: TrafficImportFlags) => done(importTrafficFiles(flags, environment)));
}

/** `traffic envoy`, whose flags are those of every command that decides about manifests. */
export function trafficEnvoyCommand(command: Command, environment: Environment, done: Done): void {
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

/** `traffic verify`, and what the pod runs that it makes. */
export function trafficVerifyCommands(traffic: Command, environment: Environment, done: Done): void {
  const verify = traffic
    .command('verify')
    .description(
      'send a bounded load to a Service from a short-lived pod with a sidecar, and tell by what that sidecar counted whether timeout, retries and limits act. It is real traffic.',
    )
    .argument('<service>', 'the Service: NAME, or NAMESPACE/NAME')
    .option(
      '-n, --namespace <name>',
      'where the pod is made, and where a Service without a namespace is',
      namespaceName,
      'default',
    )
    .option('--path <path>', 'of the requests, with a query', requestPath, '/')
    .option('--image <image>', 'of this program, for the pod; unless told the one that Pillion runs in the cluster');
  withOutput(withPolicy(withLoad(verify), environment))
    .option('--installed-as <name>', 'name of the installation', 'pillion')
    .option('--kubeconfig <file>', 'how to reach the cluster')
    .option('--context <name>', 'context of the kubeconfig')
    .action((service: string, flags: TrafficVerifyFlags) => done(trafficVerify(service, flags, environment)));
  withLoad(traffic.command('probe', { hidden: true }).description('what the pod of `traffic verify` runs'))
    .argument('<url>', 'what is called')
    .requiredOption('--upstream <name>', 'whose counters are told (repeatable)', collect)
    .option(
      '--statistics <url>',
      'where the sidecar tells them',
      `http://localhost:${PORTS.prometheus}/stats/prometheus`,
    )
    .option('--report <file>', 'where the report goes', '/dev/termination-log')
    .action((url: string, flags: TrafficProbeFlags) => done(trafficProbe(url, flags, environment)));
}

const withLoad = (command: Command): Command =>
  command
    .addOption(choice('--method <method>', 'of the requests; only such as have no effect', SAFE_METHODS, 'GET'))
    .option('--requests <number>', 'how many', wholeNumber(1, PROBE_LIMITS.requests), 20)
    .option('--concurrency <number>', 'how many at once', wholeNumber(1, PROBE_LIMITS.concurrency), 1)
    .option('--seconds <number>', 'then it ends', wholeNumber(1, PROBE_LIMITS.seconds), 10);
