import { type Breach, breachesOf, filledIn, type Limit } from '../kubernetes/limit-range.ts';
import { amountsOf, type SidecarContainer, sumOf } from './sidecar-containers.ts';

/** A LimitRange, as far as it is read. */
export interface LimitRange {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: { readonly limits?: readonly Limit[] | null };
}

/** The entries of all of them. */
export const limitsOf = (ranges: readonly LimitRange[]): readonly Limit[] =>
  ranges.flatMap(({ spec }) => spec.limits ?? []);

/**
 * What of a LimitRange the containers of a sidecar do not keep, as the API server judges it: `istio-proxy: limits.memory above 128Mi`. What the
 * application adds is not known.
 * @param around all LimitRanges of the namespace, which give what containers leave out
 */
export function outsideOf(
  range: LimitRange,
  containers: readonly SidecarContainer[],
  around: readonly LimitRange[] = [range],
): readonly string[] {
  const given = limitsOf(around);
  return limitsOf([range]).flatMap((limit) => {
    if (limit.type === 'Container')
      return containers.flatMap((container) =>
        breachesOf(limit, filledIn(amountsOf(container), given)).map((breach) => `${container.name}: ${told(breach)}`),
      );
    if (limit.type !== 'Pod') return [];
    // with the application there may be enough, and in another ratio
    return breachesOf({ max: limit.max }, (bound, resource) => sumOf(containers, bound, resource, given)).map(
      (breach) => `the sidecar alone: ${told(breach)} of a pod`,
    );
  });
}

function told({ field, resource, edge, bound, amount }: Breach): string {
  if (amount === undefined) return `no ${bound}.${resource}`;
  if (field === 'maxLimitRequestRatio') return `limits.${resource} above ${edge} times requests.${resource}`;
  return `${bound}.${resource} ${field === 'min' ? 'below' : 'above'} ${edge}`;
}
