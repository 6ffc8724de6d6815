import type { ActivePolicy } from '../policy/active-policy.ts';
import { inTree } from './admission-policy.ts';
import { lacksSidecar, NOT_OF_OTHER_MESH } from './carried-sidecar.ts';
import { any, aroundNamespaceName, not } from './cel.ts';
import { inOpenGroup, notEnabled } from './namespace-groups.ts';
import type { RegisteredObject } from './objects.ts';
import { askingConditions } from './pod-conditions.ts';
import { inOpenStage } from './stages.ts';
import { POD_CREATION } from './webhook.ts';

/**
 * The API server warns about a pod that asks in vain, because its namespace is not open. Where something else keeps the pod from
 * having a sidecar, opening the namespace would not help, and nothing is said.
 */
export function inertOptIn(policy: ActivePolicy): readonly RegisteredObject[] {
  const { key, enabled } = policy.spec.optIn.namespaceLabel;
  const before = 'kubectl label namespace ';
  const after = ` ${key}=${enabled} --overwrite`;
  const asksInVain = 'this pod asks for a sidecar in a namespace that has not opted in:';
  return inTree(policy, {
    name: 'pillion-inert-opt-in',
    actions: ['Warn', 'Audit'],
    rules: [POD_CREATION],
    // spares most pods the expressions; the namespaces of our revision are told apart by the validation
    namespaces: [notEnabled(policy)],
    conditions: [...askingConditions(policy), NOT_OF_OTHER_MESH, lacksSidecar(policy)],
    validations: [
      {
        expression: any(inOpenGroup(policy), ...inOpenStage(policy).map(not)),
        message: `${asksInVain} ${before}NAME${after}`,
        messageExpression: aroundNamespaceName(`${asksInVain} ${before}`, after),
      },
    ],
  });
}
