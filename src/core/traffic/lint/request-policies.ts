import type { None } from '../../api/traffic/building-blocks.ts';
import type { Match } from '../../api/traffic/matching.ts';
import { pointer } from '../../json/pointer.ts';
import type { RequestPolicy } from '../effective-values.ts';
import type { Judged } from './rule.ts';

/** What some requests are subject to, and where it stands: at the service itself, or at a route with something of its own. */
export interface PlacedPolicy extends RequestPolicy {
  readonly at: string;
  readonly match?: readonly Match[];
}

/** The policy of the service and those of routes that differ from it, so that one mistake is told once. */
export function requestPolicies({ values, project }: Judged): readonly PlacedPolicy[] {
  const routes = values.routes.flatMap((route, index): readonly PlacedPolicy[] => {
    const { timeout, retries, fault } = project.routes?.[index] ?? {};
    const differs = timeout !== undefined || retries !== undefined || fault !== undefined;
    return differs ? [{ ...route, at: pointer('routes', index) }] : [];
  });
  const { timeout, retries, fault } = values;
  return [{ at: '', timeout, retries, fault }, ...routes];
}

type Retrying = PlacedPolicy & { readonly retries: Exclude<RequestPolicy['retries'], None> };

/** Those under which a request is tried more than once. */
export const retryingPolicies = (judged: Judged): readonly Retrying[] =>
  requestPolicies(judged).filter(
    (policy): policy is Retrying => policy.retries !== 'none' && policy.retries.attempts > 0,
  );
