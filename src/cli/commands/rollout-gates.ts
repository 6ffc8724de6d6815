import { type ClusterFlags, withCluster } from '../cluster-call.ts';
import type { Environment } from '../environment.ts';
import { evaluateGates } from '../evaluated-gates.ts';
import { gatesText } from '../output/gates.ts';
import { type OutputFormat, structured } from '../output/structured.ts';
import { planOf, stageHere } from '../plan-source.ts';
import { type PrometheusFlags, prometheusOf } from '../prometheus-flags.ts';

export interface RolloutGatesFlags extends ClusterFlags, PrometheusFlags {
  readonly plan?: string;
  readonly installedAs: string;
  readonly ownNamespace: string;
  readonly output: OutputFormat;
}

/**
 * `pillion rollout gates STAGE`: what has to hold before a stage is opened, and whether it does.
 * @returns 0 when every gate has passed; 1 when one failed or is unknown
 * @throws Fault PIL001, PIL002, PIL003, PIL004, PIL006
 */
export async function rolloutGates(
  stageName: string,
  flags: RolloutGatesFlags,
  environment: Environment,
): Promise<number> {
  const stopping = new AbortController();
  const forget = environment.onInterrupt(() => stopping.abort(new Error('it was interrupted')));
  try {
    return await withCluster(flags, async (transport) => {
      const prometheus = await prometheusOf(flags, transport, environment);
      const plan = await planOf(flags.plan, transport, environment);
      const stage = stageHere(plan, stageName);
      const calls = { transport, flags, environment, prometheus, signal: stopping.signal };
      const gates = await evaluateGates(calls, plan, stage);
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
