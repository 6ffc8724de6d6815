import type { Explanation } from './reasons.ts';

/** Why a change of one of Pillion’s own objects passes; completes "The change was let pass, because ...". */
export const POLICY_ALLOW_REASONS = {
  'policy-object-valid': {
    sentence: 'the object is one that Pillion can use',
    hint: 'Its status says when it is in force.',
  },
  'policy-object-under-deletion': {
    sentence: 'the object is being deleted, which nothing may stand in the way of',
    hint: 'Nothing to do.',
  },
  'policy-object-deleted': {
    sentence: 'nothing that is in force relies on the object, or its annotation allows the deletion',
    hint: 'Nothing to do.',
  },
  'not-a-policy-change': {
    sentence: 'the request neither creates, changes nor deletes one of Pillion’s own objects',
    hint: 'Register this path for CREATE, UPDATE and DELETE of injectionpolicies, sidecarprofiles and rolloutplans only, without subresources.',
  },
} as const satisfies Record<string, Explanation>;

/** Why a change of one of Pillion’s own objects is refused; completes "The change was refused, because ...". */
export const POLICY_DENY_REASONS = {
  'policy-object-invalid': {
    sentence: 'the object says something that Pillion cannot use',
    hint: 'Mend the places that are named.',
  },
  'policy-object-relied-on': {
    sentence: 'what is in force relies on the object',
    hint: 'See docs/RUNBOOK.md, "The policy has to go".',
  },
} as const satisfies Record<string, Explanation>;

export type PolicyAllowReason = keyof typeof POLICY_ALLOW_REASONS;
export type PolicyDenyReason = keyof typeof POLICY_DENY_REASONS;
