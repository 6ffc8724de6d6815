import { REVISION_LABEL } from '../decision/opt-in/keys.ts';
import { STAMPS } from '../namespaces/stamps.ts';
import type { ActivePolicy } from '../policy/active-policy.ts';
import { any, hasKey } from './cel.ts';
import type { Rule, WebhookConfiguration } from './objects.ts';
import { mutating, webhook } from './webhook.ts';

const NAMESPACES: Rule = {
  apiGroups: [''],
  apiVersions: ['v1'],
  operations: ['CREATE', 'UPDATE'],
  resources: ['namespaces'],
  scope: 'Cluster',
};

/** The hook that stamps and judges the opt-in of a namespace: called when the namespace says or said anything about it. */
export function namespacesConfiguration(policy: ActivePolicy, clientConfig: object): WebhookConfiguration {
  const { key } = policy.spec.optIn.namespaceLabel;
  const expression = any(
    ...(['object', 'oldObject'] as const).flatMap((version) => [
      ...[key, REVISION_LABEL].map((label) => hasKey(`${version}.metadata.labels`, label)),
      ...Object.values(STAMPS).map((stamp) => hasKey(`${version}.metadata.annotations`, stamp)),
    ]),
  );
  const hook = webhook(
    'namespaces.pillion.io',
    [NAMESPACES],
    // also protected namespaces: whoever labels one is told that this has no effect
    { namespaces: [], conditions: [{ name: 'says-or-said-something-about-opt-in', expression }] },
    // for at most one of these seconds the running pods are counted
    { clientConfig, failurePolicy: 'Ignore', timeoutSeconds: 5 },
  );
  // a name behind those of other webhooks: one that labels the namespaces of a tenant is seen at the first call, and a hook
  // whose conditions did not hold then is never called in the second pass
  return mutating('zz-pillion-namespaces', [hook]);
}
