import { type HttpTreatment, PASSED_ON } from '../http.ts';
import type { PodTraffic, Served } from '../pod-traffic.ts';
import { CORS_FILTER, cors } from './cors.ts';
import { FAULT_FILTER } from './fault.ts';
import { virtualHost } from './virtual-host.ts';

/** What becomes of the HTTP requests that a pod sends. */
export function outboundTreatment({ namespace, clusterDomain, destinations }: PodTraffic): HttpTreatment {
  if (destinations.length === 0) return PASSED_ON;
  const fails = destinations.some(({ values }) => [values, ...values.routes].some(({ fault }) => fault !== 'none'));
  return {
    ...PASSED_ON,
    virtualHosts: destinations.map((destination) => virtualHost(destination, namespace, clusterDomain)),
    filters: fails ? [FAULT_FILTER] : [],
  };
}

/**
 * What becomes of the HTTP requests that a pod is sent to the port of a Service.
 * @returns undefined where it is what becomes of all others
 */
export function inboundTreatment({ port, values, telemetry }: Served): HttpTreatment | undefined {
  if (values.cors !== 'none') return { ...PASSED_ON, port, filters: [CORS_FILTER], perFilter: cors(values) };
  return telemetry === undefined ? undefined : { ...PASSED_ON, port };
}
