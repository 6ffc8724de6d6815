import type { RolloutPlan, RolloutStage } from '../core/api/rollout-plan.ts';
import type { JudgedGate } from '../core/rollout/gates/gate-part.ts';
import { gatesOf, judgeGates, namesOf, queriesOf } from '../core/rollout/gates/judge-gates.ts';
import {
  askedPrometheus,
  checkedStage,
  type GateCalls,
  gatedNamespaces,
  knownAcknowledgements,
  knownIstiod,
  readScope,
} from './gate-evidence.ts';

/**
 * Asks every gate that holds for a stage: its own, and those of the plan that it does not hide. What cannot be had is unknown.
 * @throws Fault PIL002, PIL004; ApiError where namespaces or pods may not be listed, ClusterUnreachable, TimeoutError, or the reason of the signal
 */
export async function evaluateGates(
  calls: GateCalls,
  plan: RolloutPlan,
  stage: RolloutStage,
): Promise<readonly JudgedGate[]> {
  const gates = gatesOf(plan, stage);
  if (namesOf(gates).length === 0) return [];
  const namespaces = await gatedNamespaces(calls, plan, stage);
  const scope = await readScope(calls, plan, stage, namespaces);
  const istiod = gates.controlPlane === undefined ? NOT_ASKED : await knownIstiod(calls);
  const checked = gates.compatibility === undefined ? NOT_ASKED : await checkedStage(calls, stage, namespaces);
  const acknowledgements = gates.acknowledgements === undefined ? NOT_ASKED : await knownAcknowledgements(calls);
  const answers = await askedPrometheus(calls, queriesOf(gates, { scope, istiod }));
  return judgeGates(gates, { stage: stage.name, scope, answers, istiod, checked, acknowledgements });
}

const NOT_ASKED = { missing: 'nobody asked', next: '' };
