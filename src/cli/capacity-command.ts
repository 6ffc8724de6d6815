import { type Command, InvalidArgumentError } from 'commander';
import { quantityValue } from '../core/kubernetes/quantity.ts';
import { CAPACITY_OUTPUTS, type CapacityFlags } from './capacity-flags.ts';
import { choice, collect, withNamespaces, withPolicy } from './command-flags.ts';
import { capacity } from './commands/capacity.ts';
import type { Environment } from './environment.ts';
import { wholeNumber } from './probe-flags.ts';
import { withPrometheus } from './prometheus-flags.ts';
import type { Done } from './run-program.ts';

/** Gives the command `capacity` its flags. */
export function capacityCommand(command: Command, environment: Environment, done: Done): void {
  withPrometheus(withNamespaces(withPolicy(command, environment)), environment)
    .description(
      'say what sidecars take now, after the next stage of the RolloutPlan, and when every workload has one that can: requests and limits, quotas, nodes, istiod, Prometheus, logs and traces. It renders each workload as the webhook does. Each figure says whether it was measured, read or assumed. Exits with 1 when a quota or the nodes lack something for the next stage, or for everything where no stage is to come.',
    )
    .option(
      '-f, --file <file>',
      'of manifests in place of a cluster, Nodes and ResourceQuotas among them, - for stdin (repeatable)',
      collect,
    )
    .option('-n, --namespace <name>', 'for objects of files that name none', 'default')
    .option('--plan <file>', 'the RolloutPlan; in a cluster the one named default unless told')
    .option(
      '--percentile <percent>',
      'request what so many of a hundred sidecars of a workload do not exceed',
      wholeNumber(50, 100),
      95,
    )
    .option('--margin <percent>', 'and so much on top', wholeNumber(0, 500), 25)
    .option('--window <duration>', 'look at use over so long in Prometheus', promDuration, '7d')
    .option('--top <count>', 'show so many sidecars by memory', wholeNumber(0, 1000), 5)
    .option(
      '--requests-per-second <count>',
      'of a pod, in both directions; from Prometheus, or assumed, unless told',
      amount,
    )
    .option('--failed <percent>', 'of its requests; from Prometheus, or assumed, unless told', percent)
    .option('--retention-days <days>', 'keep telemetry for so long', wholeNumber(1, 3650))
    .option('--storage-node <quantity>', 'what one storage node holds, such as 1Ti', bytes)
    .option('--installed-as <name>', 'name of the installation whose policy counts', 'pillion')
    .option('--kubeconfig <file>', 'how to reach the cluster')
    .option('--context <name>', 'context of the kubeconfig')
    .addOption(
      choice(
        '-o, --output <format>',
        'how to print; patch: the policy with the recommended requests, for simulate; helm-values: of Istio’s chart istiod',
        CAPACITY_OUTPUTS,
        'human',
      ),
    )
    .action((flags: CapacityFlags) => done(capacity(flags, environment)));
}

function promDuration(text: string): string {
  if (/^[1-9]\d{0,4}(s|m|h|d|w)$/.test(text)) return text;
  throw new InvalidArgumentError('Give a duration such as 30m, 12h or 7d.');
}

function amount(text: string): number {
  const value = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && value <= 1_000_000) return value;
  throw new InvalidArgumentError('Give a number from 0 to 1000000.');
}

function percent(text: string): number {
  const value = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && value <= 100) return value;
  throw new InvalidArgumentError('Give a number from 0 to 100.');
}

function bytes(text: string): number {
  const value = quantityValue(text);
  if (value !== undefined && value > 0) return value;
  throw new InvalidArgumentError('Give a quantity such as 500Gi or 1Ti.');
}
