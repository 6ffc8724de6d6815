import type { Rule, WebhookConfiguration } from './objects.ts';
import { mutating, webhook } from './webhook.ts';

const OWN_OBJECTS: Rule = {
  apiGroups: ['pillion.io'],
  apiVersions: ['v1alpha1'],
  operations: ['CREATE', 'UPDATE', 'DELETE'],
  resources: ['injectionpolicies', 'sidecarprofiles', 'rolloutplans'],
  scope: 'Cluster',
};

/**
 * The hook that judges and stamps our own objects. Where their kinds do not exist it is never called. It may be skipped: a server
 * refuses an object that it cannot read and keeps the last good one, so nobody is locked out.
 */
export function policiesConfiguration(clientConfig: object): WebhookConfiguration {
  const how = { clientConfig, failurePolicy: 'Ignore' as const, timeoutSeconds: 5 };
  const hook = webhook('policies.pillion.io', [OWN_OBJECTS], { namespaces: [], conditions: [] }, how);
  return mutating('zz-pillion-policies', [hook]);
}
