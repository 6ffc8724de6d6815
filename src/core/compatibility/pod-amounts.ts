import { asText } from '../json/as-text.ts';
import { fieldsOf } from '../json/fields-of.ts';
import { type Bound, filledIn, type Limit } from '../kubernetes/limit-range.ts';
import { quantityValue } from '../kubernetes/quantity.ts';
import { itemsOf, type Json } from './fit-object.ts';

/**
 * What a container asks for or may use of a resource, with what the API server fills in; undefined where that is nothing.
 * @param limits the entries of the LimitRanges of its namespace
 */
export function containerAmount(
  container: Json,
  bound: Bound,
  resource: string,
  limits: readonly Limit[] = [],
): number | undefined {
  return filledIn((which) => writtenAmount(container, which, resource), limits)(bound, resource);
}

/** What stands under the resources of a container, or of a pod. */
function writtenAmount({ resources }: Json, bound: Bound, resource: string): number | undefined {
  const amounts = fieldsOf(fieldsOf(resources)[bound]);
  return Object.hasOwn(amounts, resource) ? quantityValue(asText(amounts[resource])) : undefined;
}

/**
 * What the scheduler and quotas count for a pod (Kubernetes, resource helpers, PodRequests): its containers and restartable init containers
 * together, or an init container with those restartable ones that run before it, whichever is more; where the pod says an amount for all of
 * them, that one.
 */
export function podAmount(spec: Json, bound: Bound, resource: string, limits: readonly Limit[] = []): number {
  const ofPod = writtenAmount(spec, bound, resource);
  if (ofPod !== undefined) return ofPod;
  const of = (container: Json) => containerAmount(container, bound, resource, limits) ?? 0;
  let restartable = 0;
  let most = 0;
  for (const container of itemsOf(spec.initContainers)) {
    if (container.restartPolicy === 'Always') restartable += of(container);
    else most = Math.max(most, restartable + of(container));
  }
  const running = itemsOf(spec.containers).reduce((sum, container) => sum + of(container), restartable);
  return Math.max(most, running);
}

/** An amount for people: 250m, 1.5Gi. */
export function amountText(amount: number, resource: string): string {
  if (resource === 'cpu') return Number.isInteger(amount) ? String(amount) : `${Math.round(amount * 1000)}m`;
  const steps = [
    ['Gi', 2 ** 30],
    ['Mi', 2 ** 20],
    ['Ki', 2 ** 10],
  ] as const;
  const [unit, size] = steps.find(([, least]) => amount >= least) ?? ['', 1];
  return `${Math.round((amount / size) * 100) / 100}${unit}`;
}
