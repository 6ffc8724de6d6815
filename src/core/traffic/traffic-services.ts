import { type Labels, ownValue } from '../kubernetes/pod.ts';
import type { TrafficService } from './traffic-service.ts';

/** The Services whose teams said something about their traffic: one immutable value. */
export interface TrafficServices {
  /** By namespace and name. */
  readonly byName: ReadonlyMap<string, ReadonlyMap<string, TrafficService>>;
}

export const NO_TRAFFIC_SERVICES: TrafficServices = Object.freeze({ byName: new Map() });

/** All of these Services, in an order that does not depend on theirs. */
export function trafficServices(services: readonly TrafficService[]): TrafficServices {
  const byName = new Map<string, Map<string, TrafficService>>();
  const inOrder = [...services].sort((one, other) => (one.name < other.name ? -1 : 1));
  for (const service of inOrder) {
    const ofNamespace = byName.get(service.namespace) ?? new Map();
    byName.set(service.namespace, ofNamespace.set(service.name, service));
  }
  return { byName };
}

/** Those of a namespace that lead to pods with these labels. */
export function leadingTo({ byName }: TrafficServices, namespace: string, labels: Labels): readonly TrafficService[] {
  return [...(byName.get(namespace)?.values() ?? [])].filter(
    ({ selector }) =>
      selector !== undefined && Object.entries(selector).every(([key, value]) => ownValue(labels, key) === value),
  );
}

/** The Service of a reference, such as `inventory` or `pricing/quotes`. */
export function referred(
  { byName }: TrafficServices,
  namespace: string,
  reference: string,
): TrafficService | undefined {
  const [name = '', other = namespace] = reference.split('/').reverse();
  return byName.get(other)?.get(name);
}
