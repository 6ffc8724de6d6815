import type { EnvoyTelemetry } from '../api/envoy-telemetry.ts';
import type { HostAndPort } from '../sidecar/profiles/envoy/host-and-port.ts';
import type { Direction } from './direction.ts';
import { httpOptions } from './http.ts';
import { share } from './share.ts';
import { type EnvoyMessage, tcpAddress, typed } from './types.ts';

const COLLECTOR = 'trace_collector';

/**
 * The way to the collector. The sidecar starts whether or not its name resolves, and what a collector that hangs leaves open is bounded:
 * past that, and while none can be reached, spans are lost and requests go on.
 */
export const collectorUpstream = ({ host, port }: HostAndPort): EnvoyMessage => ({
  name: COLLECTOR,
  type: 'STRICT_DNS',
  // both families where the name has both, whichever answers first
  dns_lookup_family: 'ALL',
  wait_for_warm_on_init: false,
  circuit_breakers: { thresholds: [{ max_requests: 16, max_pending_requests: 16 }] },
  typed_extension_protocol_options: httpOptions({ explicit_http_config: { http2_protocol_options: {} } }),
  load_assignment: {
    cluster_name: COLLECTOR,
    endpoints: [{ lb_endpoints: [{ endpoint: { address: tcpAddress(host, port) } }] }],
  },
});

/**
 * The variables in which Envoy finds whose spans they are. Its configuration is the same for all pods of a profile.
 * @param workload service.name of its spans
 */
export const spanResource = (workload: string) => ({
  name: 'OTEL_RESOURCE_ATTRIBUTES',
  value: `service.name=${workload},k8s.pod.name=$(POD_NAME),k8s.namespace.name=$(POD_NAMESPACE)`,
});

/** What a connection manager traces: a span of each request, of kind server where the request came in and client where it goes out. */
export const tracing = (direction: Direction, { samplingPercent }: EnvoyTelemetry['tracing']): EnvoyMessage => ({
  tracing: {
    // few names: whoever calls a server chooses its path, and also the host that it asks for
    operation: direction === 'inbound' ? '%REQ(:METHOD)%' : '%REQ(:METHOD)% %REQ(:AUTHORITY)%',
    custom_tags: [URL_WITHOUT_QUERY],
    provider: {
      name: 'envoy.tracers.opentelemetry',
      typed_config: typed('envoy.config.trace.v3.OpenTelemetryConfig', {
        grpc_service: { envoy_grpc: { cluster_name: COLLECTOR } },
        resource_detectors: [
          {
            name: 'environment',
            typed_config: typed(
              'envoy.extensions.tracers.opentelemetry.resource_detectors.v3.EnvironmentResourceDetectorConfig',
              {},
            ),
          },
        ],
        sampler: sampler(samplingPercent),
      }),
    },
  },
  request_id_extension: UNCHANGED_REQUEST_ID,
});

/** In place of the tag that Envoy sets itself, with the query: tokens and names stand there. */
const URL_WITHOUT_QUERY = { tag: 'http.url', value: 'http://%REQ(:AUTHORITY)%%PATH(NQ):256%' };

/**
 * Envoy would write its decision into x-request-id, and trace no request without one. With this it leaves the header alone and the
 * decision to the sampler.
 */
const UNCHANGED_REQUEST_ID: EnvoyMessage = {
  typed_config: typed('envoy.extensions.request_id.uuid.v3.UuidRequestIdConfig', {
    pack_trace_reason: false,
    use_request_id_for_trace_sampling: false,
  }),
};

const SAMPLERS = 'envoy.extensions.tracers.opentelemetry.samplers.v3';

/** A caller’s decision holds; where there is no caller’s, so many of a hundred are kept. */
const sampler = (percent: number): EnvoyMessage => ({
  name: 'parent',
  typed_config: typed(`${SAMPLERS}.ParentBasedSamplerConfig`, {
    wrapped_sampler: {
      name: 'ratio',
      typed_config: typed(`${SAMPLERS}.TraceIdRatioBasedSamplerConfig`, {
        sampling_percentage: share(percent),
      }),
    },
  }),
});
