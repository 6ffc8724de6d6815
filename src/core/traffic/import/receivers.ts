import { fieldsOf } from '../../json/fields-of.ts';
import { type ServiceKey, serviceOf } from './hosts.ts';

interface Receiver {
  readonly host: string;
  readonly port: number | undefined;
}

/** Everybody to whom the routes of a VirtualService send requests. */
function receivers(spec: unknown): readonly Receiver[] {
  const { http, tls, tcp } = fieldsOf(spec);
  const routes = [http, tls, tcp].flatMap(listOf);
  return routes
    .flatMap((route) => listOf(fieldsOf(route).route))
    .map((one) => {
      const { host, port } = fieldsOf(fieldsOf(one).destination);
      const { number } = fieldsOf(port);
      return { host: typeof host === 'string' ? host : '', port: typeof number === 'number' ? number : undefined };
    });
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** The Services to which a VirtualService leads, each once. */
export const receiversOf = (spec: unknown, namespace: string, clusterDomain: string): readonly ServiceKey[] =>
  [...new Set(receivers(spec).map(({ host }) => host))].flatMap(
    (host) => serviceOf(host, namespace, clusterDomain) ?? [],
  );

// 0 and less, and more than a Service can have, matches nothing
const isPort = (value: unknown): value is number =>
  Number.isInteger(value) && Number(value) > 0 && Number(value) <= 65_535;

/** The ports to which it sends requests, and those about which it asks, each once. */
export function portsOf(spec: unknown): readonly number[] {
  const { http, tcp } = fieldsOf(spec);
  const asked = [http, tcp]
    .flatMap(listOf)
    .flatMap((route) => listOf(fieldsOf(route).match))
    .map((match) => fieldsOf(match).port);
  const all = [...receivers(spec).map(({ port }) => port), ...asked];
  return [...new Set(all.filter(isPort))];
}
