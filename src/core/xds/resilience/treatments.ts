import { type HttpTreatment, PASSED_ON } from '../http.ts';
import type { PodTraffic } from '../pod-traffic.ts';
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

/** What becomes of the HTTP requests that a pod is sent, by port. */
export const inboundTreatments = ({ served }: PodTraffic): readonly HttpTreatment[] =>
  served.flatMap(({ port, values }) =>
    values.cors === 'none' ? [] : [{ ...PASSED_ON, port, filters: [CORS_FILTER], perFilter: cors(values) }],
  );
