import { asText } from '../../json/as-text.ts';
import { fieldsOf } from '../../json/fields-of.ts';
import { isObject } from '../../json/is-object.ts';
import type { Container, Pod } from '../../kubernetes/pod.ts';
import { quantityValue } from '../../kubernetes/quantity.ts';
import type { Problem } from '../../problem/problem.ts';

type Amounts = Readonly<Record<string, unknown>>;

/**
 * What the pod’s own resources leave no room for, as the API server judges it (Kubernetes, validatePodResourceConsistency): the
 * requests of all containers together are within the pod’s, and no container’s limit is above the pod’s. It fills in the requests
 * of the pod before a webhook sees them, so that a sidecar seldom fits into them by itself.
 */
export function podResourceProblems({ spec }: Pod): readonly Problem[] {
  const own = (spec as { readonly resources?: unknown }).resources;
  if (!isObject(own)) return [];
  const [requests, limits] = [fieldsOf(own.requests), fieldsOf(own.limits)];
  const inits = spec.initContainers ?? [];
  const together = Object.keys(requests).flatMap((name): Problem[] => {
    const needed = requested(name, spec.containers, inits);
    return nano(needed) > nano(amountOf(requests, name))
      ? [
          {
            path: `/spec/resources/requests/${name}`,
            message: `is ${asText(requests[name])}, and its containers with the sidecar ask for ${needed.toPrecision(6)}; raise it, or leave it out with the limit`,
          },
        ]
      : [];
  });
  const single = Object.keys(limits).flatMap((name) =>
    [...inits, ...spec.containers]
      .filter(({ resources }) => amountOf(fieldsOf(resources?.limits), name) > amountOf(limits, name))
      .map((container) => ({
        path: `/spec/resources/limits/${name}`,
        message: `is ${asText(limits[name])}, below the limit of the container ${container.name}; raise it, or lower the container’s`,
      })),
  );
  return [...together, ...single];
}

/** What all containers ask for when most of them run (Kubernetes, AggregateContainerRequests). */
function requested(name: string, containers: readonly Container[], inits: readonly Container[]): number {
  // a limit alone is a request as well
  const of = ({ resources }: Container) => {
    const requests = fieldsOf(resources?.requests);
    return amountOf(Object.hasOwn(requests, name) ? requests : fieldsOf(resources?.limits), name);
  };
  let sidecars = 0;
  let most = 0;
  for (const init of inits) {
    const staysOn = (init as { readonly restartPolicy?: unknown }).restartPolicy === 'Always';
    if (staysOn) sidecars += of(init);
    most = Math.max(most, staysOn ? sidecars : sidecars + of(init));
  }
  return Math.max(
    most,
    containers.reduce((sum, container) => sum + of(container), sidecars),
  );
}

const amountOf = (amounts: Amounts, name: string): number =>
  Object.hasOwn(amounts, name) ? (quantityValue(asText(amounts[name])) ?? 0) : 0;

// a sum of decimal fractions is seldom exact; Kubernetes counts in billionths
const nano = (amount: number): number => Math.round(amount * 1e9);
