import { itemsOf, type Json } from '../../compatibility/fit-object.ts';
import { containerAmount, podAmount } from '../../compatibility/pod-amounts.ts';
import { asText } from '../../json/as-text.ts';
import { fieldsOf } from '../../json/fields-of.ts';
import type { Limit } from '../../kubernetes/limit-range.ts';
import { quantityValue } from '../../kubernetes/quantity.ts';

/** Amounts by the name of the resource: CPU in thousandths of a core, as the scheduler counts it, all else in its own unit. */
export type Resources = ReadonlyMap<string, number>;

/** What the scheduler takes a container for that asks for nothing, when it compares nodes (Kubernetes, pkg/scheduler/util/pod_resources.go). */
const UNSAID = { type: 'Container', defaultRequest: { cpu: '100m', memory: '200Mi' } };

const whole = (resource: string, amount: number): number =>
  Math.ceil(resource === 'cpu' ? Math.round(amount * 1e6) / 1e3 : amount);

/** A list of amounts as Kubernetes writes it, such as `status.allocatable`; what is no quantity is left out. */
export const resourcesIn = (list: unknown): Resources =>
  new Map(
    Object.entries(fieldsOf(list)).flatMap(([resource, said]): [string, number][] => {
      const amount = quantityValue(asText(said));
      return amount === undefined ? [] : [[resource, whole(resource, amount)]];
    }),
  );

/**
 * What the scheduler counts for a pod with this spec, its overhead included.
 * @param limits the entries of the LimitRanges that the API server fills in what is left out from
 */
export function requestsOf(spec: Json, limits: readonly Limit[]): Resources {
  const containers = [...itemsOf(spec.initContainers), ...itemsOf(spec.containers)];
  const overhead = resourcesIn(spec.overhead);
  const named = new Set(['cpu', 'memory', ...overhead.keys()]);
  for (const { resources } of containers)
    for (const list of Object.values(fieldsOf(resources)))
      for (const key of Object.keys(fieldsOf(list))) named.add(key);
  return new Map(
    [...named].map((resource) => [
      resource,
      whole(resource, podAmount(spec, 'requests', resource, limits)) + (overhead.get(resource) ?? 0),
    ]),
  );
}

/** The same of CPU and memory when nodes are compared: a container that asks for nothing counts for something. */
export const scoredRequestsOf = (
  spec: Json,
  limits: readonly Limit[],
): { readonly cpu: number; readonly memory: number } => ({
  cpu: whole('cpu', podAmount(spec, 'requests', 'cpu', [...limits, UNSAID])),
  memory: podAmount(spec, 'requests', 'memory', [...limits, UNSAID]),
});

/** Whether no container asks for anything, so that the pod is the first to be sent away. */
export const asksForNothing = (spec: Json, limits: readonly Limit[]): boolean =>
  itemsOf(spec.containers).every((container) =>
    ['cpu', 'memory'].every((resource) => containerAmount(container, 'requests', resource, limits) === undefined),
  );
