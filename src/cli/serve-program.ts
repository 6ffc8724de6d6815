import { InvalidArgumentError } from 'commander';
import { REGISTRATION_MODES } from '../core/registration/mode.ts';
import { LOG_LEVELS } from '../telemetry/log.ts';
import { RECORD_FORMATS } from '../telemetry/record-sink.ts';
import { duration, withCertificates } from './certificate-flags.ts';
import { choice, port, withPolicy } from './command-flags.ts';
import { type ServeFlags, serveCommand } from './commands/serve.ts';
import type { Environment } from './environment.ts';
import { type AddCommand, commandOf, pillionProgram } from './pillion-program.ts';
import { withStdinOnce } from './read-source.ts';
import { type Done, runProgram } from './run-program.ts';
import { withWatchdog } from './watchdog-flags.ts';

/**
 * Runs a command line that begins with `serve`. Of a command line with every command it is the same one; a server lives long, and needs none
 * of the others in its memory.
 * @param args without the program’s own name
 * @returns the exit code: 0 done, 1 refused or failed, 2 usage or a refused document, 4 cluster not reached
 */
export const runServe = (args: readonly string[], environment: Environment): Promise<number> =>
  runProgram(
    (done) => {
      const program = pillionProgram(environment);
      addServe(commandOf(program), withStdinOnce(environment), done);
      return program;
    },
    args,
    environment.stderr,
  );

/** Adds `serve` to a command line. */
export function addServe(command: AddCommand, environment: Environment, done: Done): void {
  withWatchdog(withCertificates(withPolicy(command('serve', 'answer the API server'), environment)))
    .option('--host <address>', 'address to listen on', '0.0.0.0')
    .option('--port <port>', 'port for the API server (HTTPS)', port, 8443)
    .option('--ops-port <port>', 'port for health and metrics (HTTP)', port, 8080)
    .option('--dashboard-port <port>', 'port for the dashboard (HTTPS); 0 for none', port, 0)
    .option('--kubeconfig <file>', 'how to reach the cluster; in a pod its service account is used')
    .option('--context <name>', 'context of the kubeconfig')
    .option('--webhook-url <url>', 'register with the API server under https://HOST[:PORT]')
    .option('--webhook-service <namespace/name:port>', 'register with the API server under this Service')
    .option('--installed-as <name>', 'name of the installation: its ClusterRole owns what the server makes')
    .addOption(
      choice(
        '--registration <mode>',
        'who keeps the registered objects; Manual: you, by `registration render`, and only their caBundle is kept current',
        REGISTRATION_MODES,
        'Managed',
      ),
    )
    .option(
      '--policy-objects',
      'in place of --policy: the InjectionPolicies and SidecarProfiles of the cluster, followed live',
    )
    .option(
      '--lease-duration <duration>',
      'with --installed-as: so long after its last sign of life another replica registers (default: 15s)',
      duration(2_000, 300_000, 'from 2s to 5m'),
    )
    .option(
      '--scan-period <duration>',
      'with --installed-as: so often the replica that registers compares what runs with the policy, 0s for never (default: 5m)',
      duration(0, 86_400_000, 'from 0s to 24h'),
    )
    .option('--beside-istio-injector', 'register although Istio’s own injector selects the same pods')
    .addOption(choice('--log-level <level>', 'of the program’s own log, on stderr', LOG_LEVELS, 'info'))
    .addOption(choice('--record-format <format>', 'of the decision records, on stdout', RECORD_FORMATS, 'json'))
    .option('--drain-seconds <seconds>', 'keep serving so long after a signal', seconds, 10)
    .option('--shutdown-seconds <seconds>', 'then let calls in flight complete for so long', seconds, 10)
    .action((flags: ServeFlags) => done(serveCommand(flags, environment)));
}

function seconds(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 3600) return value;
  throw new InvalidArgumentError('Give seconds from 0 to 3600.');
}
