import { allowedText, boundsText } from '../decision/guardrails.ts';
import type { ActivePolicy } from '../policy/active-policy.ts';
import { inTree } from './admission-policy.ts';
import { NOT_OF_OTHER_MESH } from './carried-sidecar.ts';
import { amountBeyond, any, hasKey, not, variable } from './cel.ts';
import { namespaceIsOpen } from './namespace-groups.ts';
import type { RegisteredObject, Validation } from './objects.ts';
import { injectConditions } from './pod-conditions.ts';
import { POD_CREATION } from './webhook.ts';

const ON_POD = 'object.metadata.annotations';
const OPEN = 'namespaceIsOpen';

/**
 * The API server itself holds pods to `overrides` of the policy, as far as annotations say it: also those that another webhook
 * adds after Pillion was called. What a pod asks for by a container of its own, and a value that cannot be read, is left to
 * `decide`.
 */
export function overrides(policy: ActivePolicy): readonly RegisteredObject[] {
  const validations = keysThatAllRead(policy).flatMap((key) => validationsOf(policy, key));
  if (validations.length === 0) return [];
  return inTree(policy, {
    name: 'pillion-overrides',
    actions: [policy.spec.overrides.others],
    rules: [POD_CREATION],
    conditions: [...injectConditions(policy), NOT_OF_OTHER_MESH],
    variables: [{ name: OPEN, expression: namespaceIsOpen(policy) }],
    validations,
  });
}

// a pod is held to the keys that its own profile reads, and which profile that is, only `decide` can tell
const keysThatAllRead = ({ activeProfiles: [first, ...others] }: ActivePolicy): string[] =>
  [...(first?.annotations.keys() ?? [])].filter((key) => others.every(({ annotations }) => annotations.has(key)));

function validationsOf({ spec }: ActivePolicy, key: string): Omit<Validation, 'reason'>[] {
  const { allow } = spec.overrides;
  const allowed = allow.find((one) => one.key === key);
  const unless = (excess: string) => any(not(variable(OPEN)), not(excess));
  if (allowed === undefined) {
    const message = `the annotation ${key} is not among the settings of a sidecar that the policy allows (${allowedText(allow)}). Remove it, or ask the operators to allow it in spec.overrides`;
    return [{ expression: unless(hasKey(ON_POD, key)), message }];
  }
  const bounds = boundsText(allowed);
  if (bounds === '') return [];
  const message = `the annotation ${key} asks for an amount that the policy does not allow. Give ${bounds}, or ask the operators to change spec.overrides`;
  return [{ expression: unless(amountBeyond(ON_POD, key, allowed)), message }];
}
