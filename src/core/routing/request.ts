import type { LabelSelector } from '../kubernetes/label-selector.ts';

/** A request to an API server about an object in a namespace, as far as it decides whom the API server asks. */
export interface RoutedRequest {
  readonly operation: 'CREATE' | 'UPDATE';
  /** The API group; empty for the core’s. */
  readonly group: string;
  readonly resource: string;
  readonly object: unknown;
  /** Given for an update. */
  readonly oldObject?: unknown;
  readonly namespace: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
}

/** What a hook or an in-tree policy is about, as an API server tells it. */
export interface StandingRule {
  readonly apiGroups?: readonly string[] | null;
  readonly operations?: readonly string[] | null;
  readonly resources?: readonly string[] | null;
  readonly scope?: string | null;
}

/** Selectors of a hook or an in-tree policy. */
export interface StandingSelectors {
  readonly namespaceSelector?: LabelSelector | null;
  readonly objectSelector?: LabelSelector | null;
}

export interface StandingExpression {
  readonly name: string;
  readonly expression: string;
}

/** A webhook configuration as it stands in a cluster, or as it is rendered. */
export interface StandingConfiguration {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly webhooks?: readonly StandingHook[] | null;
}

export interface StandingHook extends StandingSelectors {
  readonly name: string;
  readonly rules?: readonly StandingRule[] | null;
  readonly matchConditions?: readonly StandingExpression[] | null;
  readonly failurePolicy?: string | null;
}

/** An in-tree policy as it stands in a cluster, or as it is rendered. */
export interface StandingPolicy {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec?: {
    readonly matchConstraints?:
      | (StandingSelectors & { readonly resourceRules?: readonly StandingRule[] | null })
      | null;
    readonly matchConditions?: readonly StandingExpression[] | null;
    readonly variables?: readonly StandingExpression[] | null;
    readonly validations?:
      | readonly { readonly expression: string; readonly message?: string; readonly messageExpression?: string }[]
      | null;
  };
}

/** What puts an in-tree policy in force. */
export interface StandingBinding {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec?: { readonly policyName?: string; readonly validationActions?: readonly string[] | null };
}

/** The objects by which an API server asks, or decides by itself. */
export interface Registered {
  readonly configurations: readonly StandingConfiguration[];
  readonly policies: readonly StandingPolicy[];
  readonly bindings: readonly StandingBinding[];
}

/** Takes rendered or read objects apart by what they are. */
export function registeredAmong(objects: readonly object[]): Registered {
  const ofKind = <T>(...kinds: readonly string[]) =>
    objects.filter((object) => 'kind' in object && kinds.includes(String(object.kind))) as unknown as readonly T[];
  return {
    configurations: ofKind('MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'),
    policies: ofKind('ValidatingAdmissionPolicy'),
    bindings: ofKind('ValidatingAdmissionPolicyBinding'),
  };
}
