import { subjectOf } from '../decision/subject.ts';
import { asText } from '../json/as-text.ts';
import { fieldsOf } from '../json/fields-of.ts';
import { type AmountOf, type Bound, filledIn, type Limit } from '../kubernetes/limit-range.ts';
import type { Namespace } from '../kubernetes/namespace.ts';
import { quantityValue } from '../kubernetes/quantity.ts';
import type { ActivePolicy } from '../policy/active-policy.ts';
import { partsOf } from '../sidecar/rendering.ts';
import { probePod } from './probe-pod.ts';

export type Amounts = Readonly<Record<string, number>>;

/** A container that injection adds, with what it asks for, in cores and bytes. */
export interface SidecarContainer {
  readonly name: string;
  /** Whether it runs beside the application, and not before it. */
  readonly stays: boolean;
  readonly requests: Amounts;
  readonly limits: Amounts;
}

/** The containers that an ordinary pod of a namespace gets, as they are really rendered. */
export function sidecarContainers(namespace: Namespace, policy: ActivePolicy): readonly SidecarContainer[] {
  const { injection } = subjectOf(probePod(policy.spec.optIn.podKey), namespace, policy, '').rendering();
  const read = (container: Readonly<Record<string, unknown>>, stays: boolean): SidecarContainer => {
    const resources = fieldsOf(container.resources);
    return {
      name: asText(container.name),
      stays,
      requests: amountsIn(resources.requests),
      limits: amountsIn(resources.limits),
    };
  };
  return [
    ...partsOf(injection.initContainers).map((part) => read(part, part.restartPolicy === 'Always')),
    ...partsOf(injection.containers).map((part) => read(part, true)),
  ];
}

/** What a container says itself. */
export const amountsOf =
  (container: SidecarContainer): AmountOf =>
  (bound, resource) =>
    Object.hasOwn(container[bound], resource) ? container[bound][resource] : undefined;

/**
 * What all of them together use of a pod's room: those that run before the application use what that leaves.
 * @param limits the entries of the LimitRanges of the namespace
 */
export const sumOf = (
  containers: readonly SidecarContainer[],
  bound: Bound,
  resource: string,
  limits: readonly Limit[],
): number =>
  containers
    .filter(({ stays }) => stays)
    .reduce((sum, each) => sum + (filledIn(amountsOf(each), limits)(bound, resource) ?? 0), 0);

const amountsIn = (amounts: unknown): Amounts =>
  Object.fromEntries(
    Object.entries(fieldsOf(amounts)).flatMap(([resource, amount]) => {
      const value = quantityValue(asText(amount));
      return value === undefined ? [] : [[resource, value]];
    }),
  );
