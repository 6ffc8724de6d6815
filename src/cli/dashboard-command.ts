import { type Command, InvalidArgumentError } from 'commander';
import { HOOKS } from '../core/admission/hook.ts';
import { DecisionRecord } from '../core/api/decision-record.ts';
import { REASONS } from '../core/decision/reasons.ts';
import { oneOf } from './audit-flags.ts';
import { choice, port, withInstallation, withOutput } from './command-flags.ts';
import { type DashboardOpenFlags, dashboard } from './commands/dashboard.ts';
import { type DashboardDecisionsFlags, dashboardDecisions } from './commands/dashboard-decisions.ts';
import { type DashboardGetFlags, dashboardGet } from './commands/dashboard-get.ts';
import type { Environment } from './environment.ts';
import type { Done } from './run-program.ts';

/** `dashboard` and its flags, with the commands that read its API. */
export function dashboardCommand(command: Command, environment: Environment, done: Done): void {
  command.description(
    'open the dashboard at an address of this machine, through the API server and with your own rights, until interrupted. Its first line is the address; that opens it once, in one browser. docs/dashboard-command.md says how it is kept from others.',
  );
  withDashboardAccess(command, environment)
    .option('--port <port>', 'of this machine, 0 for a free one (default: 8081, or a free one)', port)
    .option('--browser', 'open a browser (default: on a terminal of a desktop)')
    .option('--no-browser', 'only print the address')
    .action((flags: DashboardOpenFlags) => done(dashboard(flags, environment)));

  const getting = command.command('get').argument('<path>', 'such as /overview or "/workloads?squad=web"');
  withDashboardAccess(
    getting
      .summary('print what its API answers')
      .description('print what the API of the dashboard answers; docs/dashboard.md has its paths'),
    environment,
  )
    .option('--all', 'of a list, all pages')
    .addOption(choice('-o, --output <format>', 'how to print', ['json', 'yaml'], 'json'))
    .action((path: string, flags: DashboardGetFlags) => done(dashboardGet(path, flags, environment)));

  const deciding = command
    .command('decisions')
    .description(
      'print what was decided lately, as far as the replicas remember it, the newest last. What is older is told by pillion audit. With --follow JSON is one record a line, as serve writes them.',
    );
  withOutput(withDashboardAccess(deciding, environment))
    .option('-n, --namespace <name>', 'only of this namespace')
    .option('--workload <[kind/]name>', 'only about this workload, such as deploy/web or web')
    .option('--tribe <name>', 'only of this tribe')
    .option('--squad <name>', 'only of this squad')
    .option('--user <name>', 'only what this user asked for')
    .addOption(oneOf('--verdict <verdict>', 'only with this verdict', DecisionRecord.properties.verdict.enum))
    .addOption(oneOf('--reason <reason>', 'only for this reason; docs/reasons.md has all', [...REASONS.keys()]))
    .addOption(oneOf('--hook <hook>', 'only of this hook', [...HOOKS]))
    .option('--last <count>', 'how many, up to 500', count, 100)
    .option('--follow', 'go on with what is decided, until interrupted')
    .action((flags: DashboardDecisionsFlags) => done(dashboardDecisions(flags, environment)));
}

/** For commands that ask the dashboard. */
const withDashboardAccess = (command: Command, environment: Environment): Command =>
  withInstallation(command, environment)
    .option('--token-file <file>', 'the token that says who reads, instead of that of the kubeconfig')
    .option('--as-service-account <[namespace/]name>', 'or read as this service account, by tokens that last an hour')
    .option('--ca <file>', 'PEM file with what the pod has to prove itself by, instead of what is registered');

function count(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 500) return value;
  throw new InvalidArgumentError('Give a number from 1 to 500.');
}
