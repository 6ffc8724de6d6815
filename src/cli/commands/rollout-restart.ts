import { randomBytes } from 'node:crypto';
import { namespaceReader } from '../../cluster/read-namespace.ts';
import { keyOf, type PlannedRestart, planRestarts } from '../../cluster/rollout/restart-plan.ts';
import { runRestarts } from '../../cluster/rollout/run-restarts.ts';
import { standingPods } from '../../cluster/rollout/standing-pods.ts';
import type { KubeTransport } from '../../cluster/transport.ts';
import type { PodSurroundings } from '../../core/scan/judged-pod.ts';
import { type ClusterFlags, withCluster } from '../cluster-call.ts';
import { clusterSurroundings, noNamespace } from '../cluster-surroundings.ts';
import { demandReady, readiness } from '../demand-ready.ts';
import type { Environment } from '../environment.ts';
import { namedWorkloads } from '../named-workloads.ts';
import { endingText, outcomeOf, planText, progressLine, type RestartOutcome } from '../output/restarts.ts';
import { type OutputFormat, structured } from '../output/structured.ts';
import { usage } from '../webhook-address.ts';

export interface RolloutRestartFlags extends ClusterFlags {
  readonly missing?: boolean;
  readonly stale?: boolean;
  readonly namespace?: string;
  readonly dryRun?: boolean;
  readonly parallelNamespaces: number;
  readonly timeout?: number;
  readonly installedAs: string;
  readonly ownNamespace: string;
  readonly output: OutputFormat;
}

const WITHIN_MS = 10 * 60_000;

/**
 * `pillion rollout restart --missing`: restarts the workloads whose pods lack what the policy wants for them, and waits for each.
 * @param names of workloads; all unless there are some
 * @returns 0 when nothing is left to do, and with --dry-run; 1 when something is
 * @throws Fault PIL003, PIL004 for a workload that is not there, PIL006, PIL012 when a pod that asks gets no sidecar now
 */
export async function rolloutRestart(
  names: readonly string[],
  flags: RolloutRestartFlags,
  environment: Environment,
): Promise<number> {
  const { dryRun = false, output } = flags;
  if (flags.missing !== true && flags.stale !== true)
    throw usage(
      'say which: --missing for pods without their sidecar, --stale for those whose sidecar is another one today',
    );
  const stopping = new AbortController();
  const forget = environment.onInterrupt(() => stopping.abort(new Error('it was interrupted')));
  try {
    return await withCluster(flags, async (transport) => {
      const { namespace } = flags;
      const reads = namespaceReader(transport);
      if (namespace !== undefined && (await reads(namespace, stopping.signal)) === undefined)
        throw noNamespace(namespace);
      const surroundings = await clusterSurroundings(transport, flags, environment);
      const planned = await plannedRestarts(transport, surroundings, names, flags, stopping.signal);
      const byHand = planned.filter((one) => one.byHand !== undefined);
      const restarts = planned.filter((one) => one.byHand === undefined);
      if (dryRun || restarts.length === 0) {
        const outcomes = planned.map((one) => outcomeOf(one));
        environment.stdout(
          output === 'human' ? planText(planned) : structured({ dryRun, workloads: outcomes }, output),
        );
        return dryRun || planned.length === 0 ? 0 : 1;
      }
      const outcomes = await restarted(transport, surroundings, restarts, flags, environment, stopping.signal);
      const all = [...outcomes, ...byHand.map((one) => outcomeOf(one))];
      environment.stdout(output === 'human' ? endingText(all) : structured({ dryRun, workloads: all }, output));
      return all.every(({ result }) => result === 'restarted') ? 0 : 1;
    });
  } finally {
    forget();
  }
}

async function plannedRestarts(
  transport: KubeTransport,
  surroundings: PodSurroundings,
  names: readonly string[],
  flags: RolloutRestartFlags,
  signal: AbortSignal,
): Promise<readonly PlannedRestart[]> {
  const { missing = false, stale = false } = flags;
  const namespace = flags.namespace ?? (names.length > 0 ? 'default' : undefined);
  const wanted = await namedWorkloads(transport, names, namespace ?? '', signal);
  const pods = await standingPods(transport, surroundings, namespace, signal);
  const asked = pods.filter(({ standing }) => (standing === 'missing' ? missing : stale && standing === 'stale'));
  const planned = await planRestarts(transport, surroundings, asked, signal);
  return wanted.size === 0 ? planned : planned.filter((one) => wanted.has(keyOf(one)));
}

async function restarted(
  transport: KubeTransport,
  surroundings: PodSurroundings,
  restarts: readonly PlannedRestart[],
  flags: RolloutRestartFlags,
  environment: Environment,
  signal: AbortSignal,
): Promise<readonly RestartOutcome[]> {
  const notReady = readiness(transport, flags, environment);
  await demandReady(notReady);
  const run = randomBytes(4).toString('hex');
  const progress = await runRestarts(restarts, {
    ...{ transport, surroundings, notReady, signal, now: environment.now, elapsedMs: () => performance.now() },
    mark: (at) => ({ run, at }),
    namespacesAtOnce: flags.parallelNamespaces,
    withinMs: flags.timeout ?? WITHIN_MS,
    onProgress: (workload, now) => environment.stderr(progressLine(workload, now)),
  });
  return restarts.map((one) => outcomeOf(one, progress.get(one)));
}
