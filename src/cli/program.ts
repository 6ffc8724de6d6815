import { Argument, type Command, Option } from 'commander';
import { HOOKS } from '../core/admission/hook.ts';
import { SCHEMA_NAMES, type SchemaName } from '../core/api/published-schemas.ts';
import { auditCommand } from './audit-command.ts';
import { auditVerifyCommand } from './audit-verify-command.ts';
import { capacityCommand } from './capacity-command.ts';
import { checkCommand } from './check-command.ts';
import { collect, withInstallation, withNamespaces, withOutput, withPolicy } from './command-flags.ts';
import { type AdmitFlags, admitReview } from './commands/admit.ts';
import { type ExplainFlags, explain } from './commands/explain.ts';
import { type InjectFlags, inject } from './commands/inject.ts';
import { type RegistrationRenderFlags, renderRegistrationCommand } from './commands/registration.ts';
import { type RegistrationRestoreFlags, restoreRegistration } from './commands/registration-restore.ts';
import { showSchema } from './commands/schema.ts';
import { type UninjectFlags, uninject } from './commands/uninject.ts';
import { showVersion } from './commands/version.ts';
import { dashboardCommand } from './dashboard-command.ts';
import { doctorCommand } from './doctor-command.ts';
import type { Environment } from './environment.ts';
import type { OutputFormat } from './output/structured.ts';
import { commandOf, pillionProgram } from './pillion-program.ts';
import { policyCommands, simulateCommand } from './policy-commands.ts';
import { profileCommands } from './profile-commands.ts';
import { withStdinOnce } from './read-source.ts';
import { rolloutCommands } from './rollout-commands.ts';
import { type Done, runProgram } from './run-program.ts';
import { addServe } from './serve-program.ts';
import { trafficCommands, trafficEnvoyCommand, trafficVerifyCommands } from './traffic-commands.ts';

/**
 * Runs one command line.
 * @param args without the program’s own name
 * @returns the exit code: 0 done, 1 refused or failed, 2 usage or a refused document, 3 not injected, 4 cluster not reached
 */
export const runCommandLine = (args: readonly string[], environment: Environment): Promise<number> =>
  runProgram((done) => commandLine(withStdinOnce(environment), done), args, environment.stderr);

/** Every command with its flags; `done` receives the exit code of the one that ran. */
export function commandLine(environment: Environment, done: Done): Command {
  const program = pillionProgram(environment);
  const command = commandOf(program);

  addServe(command, environment, done);

  withNamespaces(withPolicy(command('admit', 'answer one AdmissionReview from a file'), environment))
    .requiredOption('-f, --file <file>', 'the review as JSON or YAML, - for stdin')
    .addOption(new Option('--hook <hook>', 'answer as this hook only').choices([...HOOKS]))
    .action((flags: AdmitFlags) => done(admitReview(flags, environment)));

  withNamespaces(
    withPolicy(
      command('inject', 'print manifests with the sidecar in each pod template whose pods would get one').description(
        'print manifests with the sidecar in each pod template whose pods would get one. Comments, order and every other byte stay. What becomes of each workload, and why, goes to stderr. When one would be refused, or cannot be edited in place, nothing is printed.',
      ),
      environment,
    ),
  )
    .requiredOption(
      '-f, --file <file>',
      'manifests of any kind, YAML or JSON, also several documents or a List, - for stdin (repeatable)',
      collect,
    )
    .option('-n, --namespace <name>', 'for objects that name none', 'default')
    .action((flags: InjectFlags) => done(inject(flags, environment)));

  command('uninject', 'print manifests as they were before inject')
    .description(
      'print manifests as they were before inject, byte for byte, by the record in the annotation pillion.io/status of each pod template. A container that was merged into the sidecar, and the target of a tcpSocket probe, come back without their comments. When a workload has a sidecar and no record, nothing is printed.',
    )
    .requiredOption('-f, --file <file>', 'injected manifests, - for stdin (repeatable)', collect)
    .action((flags: UninjectFlags) => done(uninject(flags, environment)));

  withOutput(
    withNamespaces(
      withPolicy(
        command('explain', 'say which pods get a sidecar, why, and what becomes of their traffic').description(
          'say which pods get a sidecar, by which check, how the API server comes to ask, and what becomes of their traffic. Of a cluster also: how what runs stands to today’s policy, the decision at creation, who asked, and the command to run next. The policy is that of the cluster’s InjectionPolicies, unless --policy names one.',
        ),
        environment,
      ),
    ),
  )
    .argument('[kind/name...]', 'workloads, pods and namespaces of the cluster, such as deploy/web')
    .option('-f, --file <file>', 'or manifests, - for stdin (repeatable)', collect)
    .option('-n, --namespace <name>', 'of the workload, and for objects that name none', 'default')
    .option(
      '--audit <file>',
      'find who asked, and the decision at creation, in this log: records as `serve` writes them, or the API server’s audit log, - for stdin (repeatable)',
      collect,
    )
    .option('--checks', 'give each check a line of its own, with what it looked at, and each hook its conditions')
    .option('--kubeconfig <file>', 'how to reach the cluster')
    .option('--context <name>', 'context of the kubeconfig')
    .action((objects: string[], flags: ExplainFlags) => done(explain(objects, flags, environment)));

  checkCommand(
    command('check', 'say what workloads have to change before their pods get a sidecar, with the evidence'),
    environment,
    done,
  );

  simulateCommand(command('simulate', 'say which decisions another policy would change'), environment, done);

  const auditing = command('audit', 'tell from decision records what became of each pod, why, and who asked');
  auditCommand(auditing, environment, done);
  auditVerifyCommand(auditing.command('verify'), environment, done);

  policyCommands(command('policy', 'the policy that decides'), environment, done);

  profileCommands(command('profile', 'what a sidecar looks like'), environment, done);

  const traffic = command('traffic', 'timeouts, retries and limits that a team chooses for its service');
  trafficCommands(traffic, environment, done);
  trafficVerifyCommands(traffic, environment, done);
  trafficEnvoyCommand(withNamespaces(withPolicy(traffic.command('envoy'), environment)), environment, done);

  command('schema', 'print the JSON Schema of a kind of document')
    .addArgument(new Argument('<name>', 'of which kind').choices(SCHEMA_NAMES))
    .action((name: SchemaName) => done(showSchema(name, environment)));

  const registration = command('registration', 'what is registered with the API server');
  const rendering = registration
    .command('render')
    .description('print what the server would register, for kubectl apply');
  withOutput(withPolicy(rendering, environment))
    .option('--webhook-url <url>', 'the API server reaches Pillion under https://HOST[:PORT]')
    .option('--webhook-service <namespace/name:port>', 'or under this Service; pillion:443 unless told')
    .option(
      '--ca <file>',
      'PEM file with what the API server has to trust, - for stdin; without it caBundle is left out',
    )
    .action((flags: RegistrationRenderFlags) => done(renderRegistrationCommand(flags, environment)));
  withInstallation(
    registration.command('restore').description('have the running server register again what was deleted by hand'),
    environment,
  ).action((flags: RegistrationRestoreFlags) => done(restoreRegistration(flags, environment)));

  rolloutCommands(command('rollout', 'brings what runs under the policy'), environment, done);

  capacityCommand(command('capacity', 'say what sidecars take now, and what they will take'), environment, done);

  dashboardCommand(command('dashboard', 'open the dashboard with your own rights'), environment, done);

  doctorCommand(command('doctor', 'examine an installation, and say what to do next'), environment, done);

  withOutput(command('version', 'print the version')).action((flags: { output: OutputFormat }) =>
    done(showVersion(flags, environment)),
  );
  return program;
}
