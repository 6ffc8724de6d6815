import { isIPv4 } from 'node:net';
import type { V1EndpointSlice, V1Service } from '@kubernetes/client-node';

/** One endpoint of a Service that takes calls. */
export interface Endpoint {
  readonly address: string;
  /** The name that it has below that of the Service. */
  readonly hostname: string | undefined;
  /** The numbers of its ports by their names. */
  readonly ports: ReadonlyMap<string, number>;
}

/** A Service with what stands behind it. */
export interface ServiceEndpoints {
  readonly service: V1Service;
  readonly endpoints: readonly Endpoint[];
}

/** Brings Services and their slices together. A Service without slices has no endpoints. */
export function serviceEndpoints(
  services: Iterable<V1Service>,
  slices: Iterable<V1EndpointSlice>,
): readonly ServiceEndpoints[] {
  const all = [...slices];
  return [...services].map((service) => ({
    service,
    endpoints: takingCalls(
      all.filter(
        ({ metadata }) =>
          metadata?.namespace === service.metadata?.namespace &&
          metadata?.labels?.['kubernetes.io/service-name'] === service.metadata?.name,
      ),
    ),
  }));
}

/** The ready ones of each family; where there are none, those that end and still serve, as kube-proxy does. */
function takingCalls(slices: readonly V1EndpointSlice[]): readonly Endpoint[] {
  return ['IPv4', 'IPv6'].flatMap((family) => {
    const listed = slices
      .filter(({ addressType }) => addressType === family)
      .flatMap((slice) => (slice.endpoints ?? []).map((endpoint) => ({ slice, endpoint })));
    const ready = listed.filter(({ endpoint }) => endpoint.conditions?.ready !== false);
    const ending = listed.filter(({ endpoint: { conditions } }) => conditions?.serving && conditions.terminating);
    return (ready.length > 0 ? ready : ending).map(({ slice, endpoint }) => ({
      address: endpoint.addresses[0] ?? '',
      hostname: endpoint.hostname,
      ports: new Map((slice.ports ?? []).map(({ name = '', port = 0 }) => [name, port])),
    }));
  });
}

/** The addresses of the Service itself: none when it is headless. */
export const clusterAddresses = ({ spec }: V1Service): readonly string[] =>
  (spec?.clusterIPs ?? []).filter((address) => address !== 'None');

export const isSameFamily = (one: string, other: string): boolean => isIPv4(one) === isIPv4(other);
