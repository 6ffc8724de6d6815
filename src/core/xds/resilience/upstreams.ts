import { seconds } from '../durations.ts';
import { httpConnection } from '../http.ts';
import { CONNECT_TIMEOUT, PATIENT_KEEPALIVE, UNUSED_UPSTREAM_TIMEOUT } from '../inert.ts';
import { type EnvoyMessage, tcpAddress } from '../types.ts';
import { circuitBreakers } from './circuit-breakers.ts';
import { calledPort, canaryService, type Destination, mirrorService, upstreamName } from './destination.ts';
import { loadBalancing } from './load-balancing.ts';
import { outlierDetection } from './outlier-detection.ts';

/**
 * Every upstream that the requests to a destination may go to: it itself, its new version, the receiver of copies.
 * @param filters what a request passes last
 */
export function upstreams(
  destination: Destination,
  clusterDomain: string,
  filters: readonly EnvoyMessage[],
): readonly EnvoyMessage[] {
  const services = [destination.name, canaryService(destination), mirrorService(destination)];
  const known = new Set(services.flatMap((service) => service ?? []));
  return [...known].map((service) => upstream(destination, service, clusterDomain, filters));
}

function upstream(
  destination: Destination,
  service: string,
  clusterDomain: string,
  filters: readonly EnvoyMessage[],
): EnvoyMessage {
  const { values, headless } = destination;
  const { connectTimeout, idleTimeout, maxRequestsPerConnection } =
    values.circuitBreaker === 'none' ? NO_LIMITS : values.circuitBreaker;
  const name = upstreamName(destination, service);
  return {
    name,
    type: 'STRICT_DNS',
    // an address of each family would make two endpoints of one pod
    dns_lookup_family: 'V4_PREFERRED',
    load_assignment: {
      cluster_name: name,
      endpoints: [{ lb_endpoints: [{ endpoint: { address: addressOf(destination, service, clusterDomain) } }] }],
    },
    connect_timeout: connectTimeout === 'none' ? CONNECT_TIMEOUT : seconds(connectTimeout),
    circuit_breakers: circuitBreakers(values),
    upstream_connection_options: { tcp_keepalive: PATIENT_KEEPALIVE },
    ...loadBalancing(values),
    // one address stands for all pods: to leave it out would leave out the Service
    ...(headless ? outlierDetection(values) : {}),
    typed_extension_protocol_options: httpConnection(
      {
        idle_timeout: idleTimeout === 'none' ? UNUSED_UPSTREAM_TIMEOUT : seconds(idleTimeout),
        ...(maxRequestsPerConnection === 'none' ? {} : { max_requests_per_connection: maxRequestsPerConnection }),
      },
      filters,
    ),
  };
}

const NO_LIMITS = { connectTimeout: 'none', idleTimeout: 'none', maxRequestsPerConnection: 'none' } as const;

/** The whole name, with the dot at its end: the search list of the pod would be tried first otherwise. */
function addressOf(destination: Destination, service: string, clusterDomain: string) {
  const [own, other = own] = service.split('/').reverse();
  const at = service.includes('/') ? `${own}.${other}` : `${own}.${destination.namespace}`;
  return tcpAddress(`${at}.svc.${clusterDomain}.`, calledPort(destination));
}
