import type { LabelRequirement } from '../kubernetes/label-selector.ts';
import type { ActivePolicy } from '../policy/active-policy.ts';
import { openGroups, unprotected } from './namespace-groups.ts';
import { injectConditions, type MatchCondition, markedCondition, unmarkedCondition } from './pod-conditions.ts';

/** How the API server reaches the webhook. */
export type WebhookAddress =
  | { readonly url: string }
  | { readonly service: { readonly namespace: string; readonly name: string; readonly port: number } };

/** A Kubernetes object as plain JSON, ready to be applied. */
export interface WebhookConfiguration {
  readonly apiVersion: 'admissionregistration.k8s.io/v1';
  readonly kind: 'MutatingWebhookConfiguration' | 'ValidatingWebhookConfiguration';
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
  readonly webhooks: readonly Webhook[];
}

interface Webhook {
  readonly name: string;
  readonly [field: string]: unknown;
}

/** Where each hook is served. The path is what a user reads in the API server’s error while the webhook is down. */
export const HOOK_PATHS = { inject: '/inject/pod-asked-for-sidecar', warn: '/warn' } as const;

/**
 * The objects that make the API server call Pillion, rendered from the policy: only pods for which `decide` can say inject
 * depend on it.
 * @param caBundle the PEM certificates that the webhook’s own must descend from
 */
export function renderRegistration(
  policy: ActivePolicy,
  address: WebhookAddress,
  caBundle: string,
): readonly WebhookConfiguration[] {
  const clientConfig = (path: string) => ({
    ...('url' in address ? { url: new URL(path, address.url).href } : { service: { ...address.service, path } }),
    caBundle: Buffer.from(caBundle).toString('base64'),
  });
  const inject = clientConfig(HOOK_PATHS.inject);
  const warn = clientConfig(HOOK_PATHS.warn);
  return [injectConfiguration(policy, inject), warnConfiguration(policy, warn)];
}

function injectConfiguration(policy: ActivePolicy, clientConfig: object): WebhookConfiguration {
  const conditions = injectConditions(policy);
  const webhooks = openGroups(policy).map(({ prefix, namespaces, pods }) => ({
    ...hook(`${prefix}inject.pillion.io`, policy, namespaces, [...conditions, ...pods]),
    clientConfig,
    // a pod that asked never starts without its sidecar
    failurePolicy: 'Fail',
    timeoutSeconds: 5,
    reinvocationPolicy: 'IfNeeded',
  }));
  // a name behind those of other webhooks: they are called in this order, and what they add is seen at the first call
  return configuration('MutatingWebhookConfiguration', 'zz-pillion-inject', webhooks);
}

function warnConfiguration(policy: ActivePolicy, clientConfig: object): WebhookConfiguration {
  const { key, enabled } = policy.spec.optIn.namespaceLabel;
  // a marked pod outside the enabled namespaces belongs to the last hook
  const inOpenGroups = openGroups(policy)
    .filter(({ marked }) => !marked)
    .map(({ prefix, namespaces, pods }) => ({
      prefix,
      namespaces,
      conditions: prefix === '' ? [] : [...pods, unmarkedCondition(policy)],
    }));
  const notEnabled: LabelRequirement = { key, operator: 'NotIn', values: [enabled] };
  const elsewhere = {
    prefix: 'marked.',
    namespaces: [notEnabled],
    conditions: [markedCondition(policy)],
  };
  const webhooks = [...inOpenGroups, elsewhere].map(({ prefix, namespaces, conditions }) => ({
    ...hook(`${prefix}warn.pillion.io`, policy, namespaces, conditions),
    clientConfig,
    failurePolicy: 'Ignore',
    timeoutSeconds: 1,
  }));
  return configuration('ValidatingWebhookConfiguration', 'pillion-warn', webhooks);
}

const hook = (
  name: string,
  policy: ActivePolicy,
  namespaces: readonly LabelRequirement[],
  matchConditions: readonly MatchCondition[],
): Webhook => ({
  name,
  admissionReviewVersions: ['v1'],
  sideEffects: 'None',
  matchPolicy: 'Equivalent',
  namespaceSelector: { matchExpressions: [...namespaces, unprotected(policy)] },
  ...(matchConditions.length === 0 ? {} : { matchConditions }),
  rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'], scope: 'Namespaced' }],
});

const configuration = (
  kind: WebhookConfiguration['kind'],
  name: string,
  webhooks: readonly Webhook[],
): WebhookConfiguration => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind,
  metadata: { name, labels: { 'app.kubernetes.io/name': 'pillion', 'app.kubernetes.io/managed-by': 'pillion' } },
  webhooks,
});
