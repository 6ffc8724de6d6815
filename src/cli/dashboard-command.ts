import type { Command } from 'commander';
import { port, withInstallation } from './command-flags.ts';
import { type DashboardOpenFlags, dashboard } from './commands/dashboard.ts';
import type { Environment } from './environment.ts';
import type { Done } from './run-program.ts';

/** `dashboard` and its flags. */
export function dashboardCommand(command: Command, environment: Environment, done: Done): void {
  command.description(
    'open the dashboard at an address of this machine, through the API server and with your own rights, until interrupted. Its first line is the address; that opens it once, in one browser. docs/dashboard-command.md says how it is kept from others.',
  );
  withDashboardAccess(command, environment)
    .option('--port <port>', 'of this machine, 0 for a free one (default: 8081, or a free one)', port)
    .option('--browser', 'open a browser (default: on a terminal of a desktop)')
    .option('--no-browser', 'only print the address')
    .action((flags: DashboardOpenFlags) => done(dashboard(flags, environment)));
}

/** For commands that ask the dashboard. */
const withDashboardAccess = (command: Command, environment: Environment): Command =>
  withInstallation(command, environment)
    .option('--token-file <file>', 'the token that says who reads, instead of that of the kubeconfig')
    .option('--as-service-account <[namespace/]name>', 'or read as this service account, by tokens that last an hour')
    .option('--ca <file>', 'PEM file with what the pod has to prove itself by, instead of what is registered');
