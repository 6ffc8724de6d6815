import type { KubeTransport } from '../cluster/transport.ts';
import type { RolloutPlan, RolloutStage } from '../core/api/rollout-plan.ts';
import type { EvaluateGates } from '../core/rollout/gate-result.ts';
import type { JudgedGate } from '../core/rollout/gates/gate-part.ts';
import { judgeGates, namesOf, queriesOf } from '../core/rollout/gates/judge-gates.ts';
import { gatesThatHold } from '../core/rollout/gates-that-hold.ts';
import type { Environment } from './environment.ts';
import {
  askedPrometheus,
  checkedStage,
  type GateCalls,
  gatedNamespaces,
  knownAcknowledgements,
  knownIstiod,
  readScope,
} from './gate-evidence.ts';
import { type PrometheusFlags, prometheusOf } from './prometheus-flags.ts';

/**
 * Asks every gate that holds for a stage: its own, and those of the plan that it does not hide. What cannot be had is unknown.
 * @throws Fault PIL002, PIL004; ApiError where namespaces or pods may not be listed, ClusterUnreachable, TimeoutError, or the reason of the signal
 */
export async function evaluateGates(
  calls: GateCalls,
  plan: RolloutPlan,
  stage: RolloutStage,
): Promise<readonly JudgedGate[]> {
  const gates = gatesThatHold(plan, stage);
  if (namesOf(gates).length === 0) return [];
  const namespaces = await gatedNamespaces(calls, plan, stage);
  const scope = await readScope(calls, plan, stage, namespaces);
  const istiod = gates.controlPlane === undefined ? NOT_ASKED : await knownIstiod(calls);
  const checked = gates.compatibility === undefined ? NOT_ASKED : await checkedStage(calls, plan, stage, namespaces);
  const acknowledgements =
    gates.acknowledgements === undefined ? NOT_ASKED : await knownAcknowledgements(calls, plan, stage);
  const answers = await askedPrometheus(calls, queriesOf(gates, { scope, istiod }));
  return judgeGates(gates, { stage: stage.name, scope, answers, istiod, checked, acknowledgements });
}

const NOT_ASKED = { missing: 'nobody asked', next: '' };

/** What asks the gates of a cluster, for the command that opens stages. */
export const clusterGates =
  (transport: KubeTransport, flags: GateCalls['flags'] & PrometheusFlags, environment: Environment): EvaluateGates =>
  async (plan, stage) => {
    const prometheus = await prometheusOf(flags, transport, environment);
    const { signal } = new AbortController();
    return await evaluateGates({ transport, flags, environment, prometheus, signal }, plan, stage);
  };
