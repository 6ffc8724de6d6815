import { labelsOf, type PodMetadata } from '../../kubernetes/pod.ts';
import type { ActivePolicy } from '../../policy/active-policy.ts';
import type { InjectReason, SkipReason } from '../reasons.ts';
import { askOf } from './ask.ts';

/** The pod’s side of the decision, with the pointer into the policy that decided. */
export type Consent =
  | { readonly verdict: 'inject'; readonly reason: InjectReason; readonly rule: string }
  | { readonly verdict: 'skip'; readonly reason: SkipReason; readonly rule: string };

/** An explicit mark beats both selectors, and neverInject beats alwaysInject (Istio reference 1.2). */
export function consentOf(pod: PodMetadata, policy: ActivePolicy): Consent {
  const { says } = askOf(pod, policy.spec.optIn.podKey);
  const rule = '/spec/optIn/podKey';
  if (says === 'no') return { verdict: 'skip', reason: 'opted-out', rule };
  if (says === 'yes') return { verdict: 'inject', reason: 'opted-in', rule };
  const labels = labelsOf(pod);
  const never = policy.neverInject.findIndex((matches) => matches(labels));
  if (never >= 0) return { verdict: 'skip', reason: 'never-selector', rule: `/spec/neverInject/${never}` };
  const always = policy.alwaysInject.findIndex((matches) => matches(labels));
  if (always >= 0) return { verdict: 'inject', reason: 'always-selector', rule: `/spec/alwaysInject/${always}` };
  return policy.spec.optIn.autoInject === 'enabled'
    ? { verdict: 'inject', reason: 'auto-inject', rule: '/spec/optIn/autoInject' }
    : { verdict: 'skip', reason: 'not-opted-in', rule: '/spec/optIn/autoInject' };
}
