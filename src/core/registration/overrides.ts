import type { Action } from '../api/action.ts';
import type { WaivableReason } from '../api/policy-exceptions.ts';
import { allowedText } from '../decision/guardrails.ts';
import type { ActivePolicy } from '../policy/active-policy.ts';
import { type AllowedOverride, boundsText, repositoriesOf } from '../policy/override-bounds.ts';
import type { Bounds } from '../sidecar/annotation-rule.ts';
import { inTree } from './admission-policy.ts';
import { NOT_OF_OTHER_MESH } from './carried-sidecar.ts';
import { amountBeyond, any, hasKey, imageBeyond, keyIsNot, not, variable } from './cel.ts';
import { inScope } from './exclusions.ts';
import { namespaceIsOpen } from './namespace-groups.ts';
import type { RegisteredObject, Validation } from './objects.ts';
import { injectConditions } from './pod-conditions.ts';
import { POD_CREATION } from './webhook.ts';

const ON_POD = 'object.metadata.annotations';
const OPEN = 'namespaceIsOpen';
const OVERRIDES = 'pillion-overrides';

/** What may not be, and what follows. */
interface Guard {
  readonly action: Action;
  readonly validation: Omit<Validation, 'reason'>;
}

/**
 * The API server itself holds pods to `overrides` of the policy, as far as annotations say it: also those that another webhook
 * adds after Pillion was called. What a pod asks for by a container of its own, where it mounts something, and a value that cannot be
 * read, is left to `decide`. A binding’s actions hold for a whole policy, so there is one for each action.
 */
export function overrides(policy: ActivePolicy): readonly RegisteredObject[] {
  const guards = keysThatAllRead(policy).flatMap(([key, bounds]) => guardsOf(policy, key, bounds));
  const { others } = policy.spec.overrides;
  return (['Deny', 'Warn', 'Audit'] as const).flatMap((action) => {
    const validations = guards.filter((guard) => guard.action === action).map(({ validation }) => validation);
    if (validations.length === 0) return [];
    return inTree(policy, {
      name: action === others ? OVERRIDES : `${OVERRIDES}-${action.toLowerCase()}`,
      actions: [action],
      rules: [POD_CREATION],
      conditions: [...injectConditions(policy), NOT_OF_OTHER_MESH],
      variables: [{ name: OPEN, expression: namespaceIsOpen(policy) }],
      validations,
    });
  });
}

// a pod is held to the keys that its own profile reads, and which profile that is, only `decide` can tell
const keysThatAllRead = ({ activeProfiles: [first, ...others] }: ActivePolicy): [string, Bounds][] =>
  [...(first?.annotations ?? [])].flatMap(([key, { bounds }]) =>
    others.every(({ annotations }) => annotations.get(key)?.bounds === bounds) ? [[key, bounds]] : [],
  );

function guardsOf(policy: ActivePolicy, key: string, bounds: Bounds): readonly Guard[] {
  const { allow, others } = policy.spec.overrides;
  const allowed = allow.find((one) => one.key === key);
  if (allowed === undefined) {
    const message = `the annotation ${key} is not among the settings of a sidecar that the policy allows (${allowedText(allow)}). Remove it, or ask the operators to allow it in spec.overrides`;
    return [guard(policy, 'override-forbidden', others, hasKey(ON_POD, key), message)];
  }
  const excess = excessOf(policy, key, bounds, allowed);
  if (excess === undefined) return [];
  const message = `the annotation ${key} ${excess.message}, or ask the operators to change spec.overrides`;
  return [guard(policy, 'override-out-of-bounds', allowed.beyond ?? others, excess.expression, message)];
}

function guard(policy: ActivePolicy, reason: WaivableReason, action: Action, excess: string, message: string): Guard {
  // a waiver takes back what is refused only
  const waivers = action === 'Deny' ? policy.waivers.filter(({ waives }) => waives === reason) : [];
  const excused = waivers.map(({ scope }) => inScope(scope));
  return { action, validation: { expression: any(not(variable(OPEN)), not(excess), ...excused), message } };
}

interface BoundExcess {
  readonly expression: string;
  readonly message: string;
}

function excessOf(
  policy: ActivePolicy,
  key: string,
  bounds: Bounds,
  allowed: AllowedOverride,
): BoundExcess | undefined {
  switch (bounds) {
    case 'amount': {
      const accepted = boundsText(allowed);
      if (accepted === '') return undefined;
      const message = `asks for an amount that the policy does not allow. Give ${accepted}`;
      return { expression: amountBeyond(ON_POD, key, allowed), message };
    }
    case 'images': {
      const repositories = repositoriesOf(allowed, policy);
      const { imagesByDigest } = policy.spec.overrides;
      const message = `asks for an image that the policy does not allow. Give one of ${repositories.join(', ')}${imagesByDigest ? ' by its digest' : ''}`;
      return { expression: imageBeyond(ON_POD, key, repositories, imagesByDigest), message };
    }
    case 'values': {
      if (allowed.values === undefined) return undefined;
      const message = `has a value that the policy does not allow. Give one of ${allowed.values.join(', ')}`;
      return { expression: keyIsNot(ON_POD, key, allowed.values), message };
    }
    // a list in JSON, which CEL cannot read
    case 'paths':
      return undefined;
  }
}
