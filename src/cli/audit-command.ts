import type { Command } from 'commander';
import { withRecordFilter } from './audit-flags.ts';
import { choice, collect, withInstallation } from './command-flags.ts';
import { type AuditFlags, audit } from './commands/audit.ts';
import { type AuditLiveFlags, auditLive } from './commands/audit-live.ts';
import type { Environment } from './environment.ts';
import { AUDIT_FORMATS } from './output/story-writer.ts';
import type { Done } from './run-program.ts';
import { usage } from './webhook-address.ts';

/** `audit` and its flags. */
export function auditCommand(command: Command, environment: Environment, done: Done): void {
  command
    .description(
      'tell from decision records what became of each pod, why, and who asked. Logs of `serve` as JSON or GELF lines, also as `kubectl logs` prints them, the API server’s audit log, and any of these packed with gzip can be mixed. Lines that cannot be read are counted and named, and the rest is read. docs/audit.md shows how it is used.',
    )
    .option('-f, --file <file>', 'a log, - for stdin (repeatable)', collect)
    .option(
      '--live',
      'instead of logs: compare every running pod with the policy of the cluster. Which miss their sidecar, carry another one than they would get today, one that they should not have, or only claim to have one; and what to do about each',
    );
  withRecordFilter(withInstallation(command, environment), environment)
    .option('--summary', 'count: verdicts, reasons, namespaces, who asked, day by day')
    .option(
      '--follow',
      'go on as the logs grow, also when they are rotated, until interrupted; --summary is printed then',
    )
    .addOption(choice('-o, --output <format>', 'how to print', AUDIT_FORMATS, 'human'))
    .action((flags: AuditFlags & LiveFlags) =>
      done(flags.live === true ? live(flags, environment) : audit(flags, environment)),
    );
}

type LiveFlags = Omit<AuditLiveFlags, 'namespaces' | 'output'> & { readonly live?: boolean };

// what asks of decisions that were made says nothing of pods that run
const OF_PODS = ['live', 'namespace', 'output', 'installedAs', 'ownNamespace', 'kubeconfig', 'context'];

async function live(flags: AuditFlags & LiveFlags, environment: Environment): Promise<number> {
  const other = Object.keys(flags).find((flag) => !OF_PODS.includes(flag));
  if (other !== undefined)
    throw usage(`--${other} is about logs: with --live only -n, -o and what names the cluster count`);
  const { namespace: namespaces = [], output } = flags;
  if (output === 'csv') throw usage('-o csv is about logs; with --live: human, json, yaml');
  return await auditLive({ ...flags, namespaces, output }, environment);
}
