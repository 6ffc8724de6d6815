import { changeRecord } from '../../cluster/rollout/stored-record.ts';
import { whoAmI } from '../../cluster/who-am-i.ts';
import { keptGates, withAskedGates } from '../../core/rollout/rollout-record.ts';
import { type ClusterFlags, withCluster } from '../cluster-call.ts';
import type { Environment } from '../environment.ts';
import { evaluateGates } from '../evaluated-gates.ts';
import { gatesText } from '../output/gates.ts';
import { type OutputFormat, structured } from '../output/structured.ts';
import { planOf, stageHere } from '../plan-source.ts';
import { type PrometheusFlags, prometheusOf } from '../prometheus-flags.ts';
import { recordPlace } from '../rollout-call.ts';
import { usage } from '../webhook-address.ts';

export interface RolloutGatesFlags extends ClusterFlags, PrometheusFlags {
  readonly plan?: string;
  readonly installedAs: string;
  readonly ownNamespace: string;
  /** Keeps what they came to in the record of the rollout. */
  readonly record?: boolean;
  readonly output: OutputFormat;
}

/**
 * `pillion rollout gates STAGE`: what has to hold before a stage is opened, and whether it does; with `record` it is kept for the dashboard.
 * @returns 0 when every gate has passed; 1 when one failed or is unknown
 * @throws Fault PIL001, PIL002, PIL003, PIL004, PIL006
 */
export async function rolloutGates(
  stageName: string,
  flags: RolloutGatesFlags,
  environment: Environment,
): Promise<number> {
  const { record = false } = flags;
  if (record && flags.plan !== undefined)
    throw usage('--record keeps what gates came to beside the plan of the cluster; leave out --plan');
  const stopping = new AbortController();
  const forget = environment.onInterrupt(() => stopping.abort(new Error('it was interrupted')));
  try {
    return await withCluster(flags, async (transport) => {
      const prometheus = await prometheusOf(flags, transport, environment);
      const plan = await planOf(flags.plan, transport, environment);
      const stage = stageHere(plan, stageName);
      const calls = { transport, flags, environment, prometheus, signal: stopping.signal };
      const gates = await evaluateGates(calls, plan, stage);
      if (record) {
        const asked = { stage: stage.name, at: environment.now().toISOString(), by: await whoAmI(transport) };
        await changeRecord(transport, recordPlace(flags), (before) =>
          withAskedGates(before, { ...asked, gates: keptGates(gates) }),
        );
      }
      const isOpenable = gates.every(({ state }) => state === 'passed');
      environment.stdout(
        flags.output === 'human'
          ? gatesText(stage.name, gates, environment)
          : structured(
              {
                stage: stage.name,
                passed: isOpenable,
                ...(prometheus && { prometheus: prometheus.where }),
                gates,
              },
              flags.output,
            ),
      );
      return isOpenable ? 0 : 1;
    });
  } finally {
    forget();
  }
}
