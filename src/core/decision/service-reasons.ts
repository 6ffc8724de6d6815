import type { Explanation } from './reasons.ts';

/** Why a change of a Service passes; completes "The change was let pass, because ...". */
export const SERVICE_ALLOW_REASONS = {
  'traffic-values-accepted': {
    sentence: 'what the Service says about its traffic is accepted',
    hint: 'Pods that are created from now on get it; a running pod keeps what it has until it is created anew.',
  },
  'traffic-values-passed-over': {
    sentence: 'what the Service says about its traffic is not accepted, and that is no reason to refuse the change',
    hint: 'Mend the places that are named; until then what counted before stays in use.',
  },
  'traffic-values-removed': {
    sentence: 'it takes away what the Service said about its traffic',
    hint: 'Pods that are created from now on do without it; a running pod keeps what it has until it is created anew.',
  },
  'service-under-deletion': {
    sentence: 'the Service is being deleted, which nothing may stand in the way of',
    hint: 'Nothing to do.',
  },
  'not-a-traffic-change': {
    sentence: 'the request neither creates nor changes a Service that says something about its traffic',
    hint: 'Register this path for CREATE and UPDATE of services only, without subresources.',
  },
} as const satisfies Record<string, Explanation>;

/** Why a change of a Service is refused; completes "The change was refused, because ...". */
export const SERVICE_DENY_REASONS = {
  'traffic-values-invalid': {
    sentence: 'what the Service says about its traffic is not accepted',
    hint: 'Mend the places that are named. What is refused changes nothing: what counted before stays in use.',
  },
} as const satisfies Record<string, Explanation>;

export type ServiceAllowReason = keyof typeof SERVICE_ALLOW_REASONS;
export type ServiceDenyReason = keyof typeof SERVICE_DENY_REASONS;
