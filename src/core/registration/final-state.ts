import type { ActivePolicy } from '../policy/active-policy.ts';
import { inTree } from './admission-policy.ts';
import { lacksSidecar, NOT_OF_OTHER_MESH } from './carried-sidecar.ts';
import { not } from './cel.ts';
import { namespaceIsOpen } from './namespace-groups.ts';
import type { RegisteredObject } from './objects.ts';
import { injectConditions } from './pod-conditions.ts';
import { INJECT_CONFIGURATION } from './pod-hooks.ts';
import { POD_CREATION } from './webhook.ts';

/** The name of the rule and of its binding. */
export const FINAL_STATE = 'pillion-final-state';

/** The API server refuses, or warns about, a pod that the hook `inject` is registered for and that has no sidecar in the end. */
export function finalState(policy: ActivePolicy): readonly RegisteredObject[] {
  const { finalState: wanted, optIn } = policy.spec;
  if (wanted === 'Off') return [];
  const message = [
    `this pod is to have a sidecar and has none, or one that was changed.`,
    `Either Pillion was not called: see whether the MutatingWebhookConfiguration ${INJECT_CONFIGURATION} exists and Pillion runs.`,
    `Or another webhook, called after Pillion, added the mark or changed the sidecar: give it a name that sorts before ${INJECT_CONFIGURATION}.`,
    `To do without a sidecar, set ${optIn.podKey} to "false".`,
  ].join(' ');
  return inTree(policy, {
    name: FINAL_STATE,
    // nobody reads what a controller is warned about, the audit log is read later
    actions: wanted === 'Deny' ? ['Deny'] : ['Warn', 'Audit'],
    rules: [POD_CREATION],
    conditions: [...injectConditions(policy), NOT_OF_OTHER_MESH, lacksSidecar(policy)],
    validations: [{ expression: not(namespaceIsOpen(policy)), message }],
  });
}
