import type { LabelRequirement } from '../kubernetes/label-selector.ts';
import type { ActivePolicy } from '../policy/active-policy.ts';
import type { MatchCondition } from './match-condition.ts';
import { unprotected } from './namespace-groups.ts';
import {
  type AdmissionPolicy,
  type AdmissionPolicyBinding,
  type Rule,
  registered,
  type Validation,
  type ValidationAction,
} from './objects.ts';

/** A rule that the API server holds by itself. */
export interface InTreeRule {
  readonly name: string;
  /** What follows for a request that a validation does not hold for. */
  readonly actions: readonly ValidationAction[];
  readonly rules: readonly Rule[];
  /** What a namespace must meet beside not being protected. */
  readonly namespaces?: readonly LabelRequirement[];
  readonly conditions: readonly MatchCondition[];
  readonly variables?: readonly MatchCondition[];
  readonly validations: readonly Omit<Validation, 'reason'>[];
}

/**
 * The policy and its binding. Constants stand where parameters (`paramKind`) could: where the object with them is missing, the API
 * server refuses whatever matches, also pods that never asked.
 */
export function inTree(policy: ActivePolicy, rule: InTreeRule): readonly [AdmissionPolicy, AdmissionPolicyBinding] {
  const { name, actions, rules, namespaces = [], conditions, variables = [], validations } = rule;
  return [
    {
      ...registered('ValidatingAdmissionPolicy', name),
      spec: {
        // an advice is not worth a refusal
        failurePolicy: actions.includes('Deny') ? 'Fail' : 'Ignore',
        matchConstraints: {
          matchPolicy: 'Equivalent',
          namespaceSelector: { matchExpressions: [...namespaces, unprotected(policy)] },
          resourceRules: rules,
        },
        matchConditions: conditions,
        ...(variables.length === 0 ? {} : { variables }),
        validations: validations.map((validation) => ({ ...validation, reason: 'Forbidden' })),
      },
    },
    {
      ...registered('ValidatingAdmissionPolicyBinding', name),
      spec: { policyName: name, validationActions: actions },
    },
  ];
}
