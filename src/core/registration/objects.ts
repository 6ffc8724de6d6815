import type { MatchCondition } from './match-condition.ts';

/** An object as plain JSON, ready to be applied. */
export type RegisteredObject = WebhookConfiguration | AdmissionPolicy | AdmissionPolicyBinding;

const apiVersion = 'admissionregistration.k8s.io/v1';

interface Registered {
  readonly apiVersion: typeof apiVersion;
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
}

export interface WebhookConfiguration extends Registered {
  readonly kind: 'MutatingWebhookConfiguration' | 'ValidatingWebhookConfiguration';
  readonly webhooks: readonly Webhook[];
}

/** One hook of a configuration. */
export interface Webhook {
  readonly name: string;
  readonly rules: readonly Rule[];
  readonly namespaceSelector?: object;
  readonly matchConditions?: readonly MatchCondition[];
  readonly [field: string]: unknown;
}

/** The requests that a webhook or a policy is about. */
export interface Rule {
  readonly apiGroups: readonly string[];
  readonly apiVersions: readonly string[];
  readonly operations: readonly ('CREATE' | 'UPDATE' | 'DELETE')[];
  readonly resources: readonly string[];
  readonly scope: 'Namespaced' | 'Cluster';
}

/** Requests for namespaced resources of one group in its version v1. */
export const namespaced = (operations: Rule['operations'], group: string, resources: readonly string[]): Rule => ({
  apiGroups: [group],
  apiVersions: ['v1'],
  operations,
  resources,
  scope: 'Namespaced',
});

/** A rule of the API server itself, in force also while Pillion is down. */
export interface AdmissionPolicy extends Registered {
  readonly kind: 'ValidatingAdmissionPolicy';
  readonly spec: {
    readonly failurePolicy: 'Fail' | 'Ignore';
    readonly matchConstraints: {
      readonly matchPolicy: 'Equivalent';
      readonly namespaceSelector: object;
      readonly resourceRules: readonly Rule[];
    };
    readonly matchConditions?: readonly MatchCondition[];
    readonly variables?: readonly MatchCondition[];
    readonly validations: readonly Validation[];
  };
}

/** What has to hold; a request for which it does not is answered with the message. */
export interface Validation {
  readonly expression: string;
  readonly message: string;
  /** CEL that makes the message; what it cannot make is replaced by `message`. */
  readonly messageExpression?: string;
  readonly reason: 'Forbidden';
}

export type ValidationAction = 'Deny' | 'Warn' | 'Audit';

export interface AdmissionPolicyBinding extends Registered {
  readonly kind: 'ValidatingAdmissionPolicyBinding';
  readonly spec: { readonly policyName: string; readonly validationActions: readonly ValidationAction[] };
}

/** A change that the API server makes by itself. It is not among the registered objects: an operator applies and deletes it. */
export interface MutatingAdmissionPolicy extends Registered {
  readonly kind: 'MutatingAdmissionPolicy';
  readonly spec: {
    readonly failurePolicy: 'Fail';
    readonly reinvocationPolicy: 'Never';
    readonly matchConstraints: AdmissionPolicy['spec']['matchConstraints'];
    readonly matchConditions: readonly MatchCondition[];
    readonly variables: readonly MatchCondition[];
    readonly mutations: readonly {
      readonly patchType: 'JSONPatch';
      readonly jsonPatch: { readonly expression: string };
    }[];
  };
}

export interface MutatingAdmissionPolicyBinding extends Registered {
  readonly kind: 'MutatingAdmissionPolicyBinding';
  readonly spec: { readonly policyName: string };
}

/** What all objects have in common. */
export const registered = <K extends string>(kind: K, name: string): Registered & { readonly kind: K } => ({
  apiVersion,
  kind,
  metadata: { name, labels: { 'app.kubernetes.io/name': 'pillion', 'app.kubernetes.io/managed-by': 'pillion' } },
});
