import type { LabelRequirement } from '../kubernetes/label-selector.ts';
import type { MatchCondition } from './match-condition.ts';
import { namespaced, type Rule, registered, type Webhook, type WebhookConfiguration } from './objects.ts';

/** The creation of pods. */
export const POD_CREATION = namespaced(['CREATE'], '', ['pods']);

/** What every hook has in common; `more` says how the API server calls it and what follows when it cannot. */
export function webhook(
  name: string,
  rules: readonly Rule[],
  matches: { readonly namespaces: readonly LabelRequirement[]; readonly conditions: readonly MatchCondition[] },
  more: { readonly clientConfig: object; readonly failurePolicy: 'Fail' | 'Ignore'; readonly timeoutSeconds: number },
): Webhook {
  const { namespaces, conditions } = matches;
  return {
    name,
    admissionReviewVersions: ['v1'],
    sideEffects: 'None',
    matchPolicy: 'Equivalent',
    ...(namespaces.length === 0 ? {} : { namespaceSelector: { matchExpressions: namespaces } }),
    ...(conditions.length === 0 ? {} : { matchConditions: conditions }),
    rules,
    ...more,
  };
}

/** A configuration of hooks that change objects; each is called again when something else changes an object after it. */
export const mutating = (name: string, hooks: readonly Webhook[]): WebhookConfiguration => ({
  ...registered('MutatingWebhookConfiguration', name),
  webhooks: hooks.map((hook) => ({ ...hook, reinvocationPolicy: 'IfNeeded' })),
});

/** A configuration of hooks that see objects as they will be stored. */
export const validating = (name: string, webhooks: readonly Webhook[]): WebhookConfiguration => ({
  ...registered('ValidatingWebhookConfiguration', name),
  webhooks,
});
