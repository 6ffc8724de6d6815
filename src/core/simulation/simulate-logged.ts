import type { ActivePolicy } from '../policy/active-policy.ts';
import { NO_TRAFFIC_SERVICES } from '../traffic/traffic-services.ts';
import { type KnownLabels, NOTHING_KNOWN } from './known-labels.ts';
import type { LoggedDecision } from './log-entry.ts';
import { knownNamespaceLabels } from './marked-from.ts';
import type { Simulated } from './outcome.ts';
import { loggedOutcome, replay } from './replay.ts';
import { simulatePod } from './simulate-pod.ts';

/**
 * What a policy decides about the pod of a line in a log: from the whole pod where the line holds it, else from what it tells of the
 * decision.
 * @param labels those of its namespace, where somebody gives them
 */
export function simulateLogged(
  { logged, pod, examinee: { namespace }, level = '' }: LoggedDecision,
  policy: ActivePolicy,
  labels: KnownLabels | undefined,
): Simulated {
  if (pod !== undefined) {
    const known = labels ?? (logged === undefined ? NOTHING_KNOWN : knownNamespaceLabels(logged.inputs));
    const surroundings = { namespace: { name: namespace, known }, services: NO_TRAFFIC_SERVICES, asWritten: true };
    return simulatePod({ pod, ...surroundings }, policy);
  }
  if (logged !== undefined) return replay(logged, policy);
  return { unknown: { missing: [`the pod: an event of level ${level} without what Pillion’s hooks write`] } };
}

/** What was decided when the line was written; what a policy decides where nothing was. */
export const decidedThen = (
  decision: LoggedDecision,
  policy: ActivePolicy,
  labels: KnownLabels | undefined,
): Simulated =>
  decision.logged === undefined ? simulateLogged(decision, policy, labels) : loggedOutcome(decision.logged);
