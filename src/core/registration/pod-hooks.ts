import type { ActivePolicy } from '../policy/active-policy.ts';
import { notExcludedNamespaces } from './exclusions.ts';
import { hookParts, openGroups, unprotected } from './namespace-groups.ts';
import type { WebhookConfiguration } from './objects.ts';
import { injectConditions, markedCondition, unmarkedCondition } from './pod-conditions.ts';
import { inOpenStageNamespaces } from './stages.ts';
import { mutating, POD_CREATION, validating, webhook } from './webhook.ts';

const LABELS = 'object.metadata.labels';

/** The object whose absence a pod that asked is told about. */
export const INJECT_CONFIGURATION = 'zz-pillion-inject';

/** The hook that puts the sidecar on a pod: called for the pods about which `decide` can say inject, and no other. */
export function injectConfiguration(policy: ActivePolicy, clientConfig: object): WebhookConfiguration {
  const conditions = injectConditions(policy);
  const hooks = openGroups(policy).map(({ prefix, namespaces, pods }) =>
    webhook(
      `${prefix}inject.pillion.io`,
      [POD_CREATION],
      {
        namespaces: [
          ...namespaces,
          unprotected(policy),
          ...notExcludedNamespaces(policy),
          ...inOpenStageNamespaces(policy),
        ],
        conditions: [...conditions, ...pods(LABELS)],
      },
      // a pod that asked never starts without its sidecar
      { clientConfig, failurePolicy: 'Fail', timeoutSeconds: 5 },
    ),
  );
  // a name behind those of other webhooks: they are called in this order, and what they add is seen at the first call
  return mutating(INJECT_CONFIGURATION, hooks);
}

/** The hook that sees the final pod: every one of an open namespace, elsewhere those that carry a mark. */
export function warnConfiguration(policy: ActivePolicy, clientConfig: object): WebhookConfiguration {
  const parts = hookParts(policy, LABELS, {
    enabled: [],
    open: [unmarkedCondition(policy)],
    elsewhere: [markedCondition(policy)],
  });
  const hooks = parts.map(({ prefix, namespaces, conditions }) =>
    webhook(
      `${prefix}warn.pillion.io`,
      [POD_CREATION],
      { namespaces: [...namespaces, unprotected(policy)], conditions },
      { clientConfig, failurePolicy: 'Ignore', timeoutSeconds: 1 },
    ),
  );
  return validating('pillion-warn', hooks);
}
