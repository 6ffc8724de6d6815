import { stringify } from 'yaml';
import { BUILT_IN_TRAFFIC_DEFAULTS } from '../../src/core/traffic/defaults.generated.ts';
import { readTrafficService, type TrafficService } from '../../src/core/traffic/traffic-service.ts';
import { type TrafficServices, trafficServices } from '../../src/core/traffic/traffic-services.ts';
import type { Json } from './pods.ts';

/** What differs from a headless Service of the namespace `shop` on port 8080 that leads to pods labelled `app: NAME`. */
export interface ServiceChange {
  readonly namespace?: string;
  readonly spec?: Json;
}

/** A Service that says something about its traffic, under the company’s built-in defaults. */
export function trafficService(
  name: string,
  values: Json,
  { namespace = 'shop', spec }: ServiceChange = {},
): TrafficService {
  const service = {
    metadata: { name, namespace },
    spec: { clusterIP: 'None', selector: { app: name }, ports: [{ port: 8080 }], ...spec },
  };
  const text = stringify({ service: { name, port: 8080 }, ...values });
  const read = readTrafficService(service, namespace, text, {
    company: BUILT_IN_TRAFFIC_DEFAULTS,
    today: '2026-11-03',
  });
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  return read.service;
}

/** Such Services by their names. */
export const servicesOf = (values: Readonly<Record<string, Json>>): TrafficServices =>
  trafficServices(Object.entries(values).map(([name, own]) => trafficService(name, own)));
