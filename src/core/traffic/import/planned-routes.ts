import { canonicalJson } from '../../json/canonical.ts';
import { Fields, type Left } from './fields.ts';
import { serviceOf, wholeHost } from './hosts.ts';
import type { Gathered, ImportContext } from './import-traffic.ts';
import type { IstioObject } from './istio-objects.ts';
import { type Plan, type PlannedService, planOf } from './plan.ts';
import { readRoute } from './read-route.ts';
import { tcpRoute } from './tcp-route.ts';
import { tlsReceivers } from './tls-route.ts';

const NOBODY: Left = () => {};

/** What becomes of requests, by the routes within the mesh; those of ways in have to be the same. */
export function plannedRoutes(
  { key, routes, ways }: Gathered,
  subsets: readonly string[],
  port: number,
  { clusterDomain }: ImportContext,
): Plan {
  const host = wholeHost(key.name, key.namespace, clusterDomain);
  const referenceTo = (other: string) => {
    const service = serviceOf(other, key.namespace, clusterDomain);
    if (service === undefined) return undefined;
    return service.namespace === key.namespace ? service.name : `${service.namespace}/${service.name}`;
  };
  const service: PlannedService = { host, subsets, referenceTo };
  const hostIn =
    ({ namespace }: IstioObject) =>
    (one: string) =>
      wholeHost(one, namespace, clusterDomain);
  const plan = (object: IstioObject): Plan => {
    const hostOf = hostIn(object);
    const { spec } = object;
    const http = spec.list('http').flatMap((route) => readRoute(route, hostOf, port) ?? []);
    const tcp = spec.list('tcp').flatMap((route) => tcpRoute(route, hostOf));
    spec.end();
    return planOf(http.length > 0 ? http : tcp, service, object.left);
  };
  const passedThrough = (object: IstioObject, hosts: readonly string[]): Plan => {
    const to = tlsReceivers(object.spec, hostIn(object), hosts);
    object.spec.end();
    return planOf([{ ...untreated(host), ...to }], service, object.left);
  };
  const [mesh] = routes;
  const read = ways
    // the routes of one that is for both are those within the mesh
    .filter(({ object }) => object !== mesh)
    .map((way) => ({ ...way, plan: way.isPassedThrough ? passedThrough(way.object, way.hosts) : plan(way.object) }));
  const main = read.find(({ isPassedThrough }) => !isPassedThrough) ?? read[0];
  const own = mesh === undefined ? main?.plan : plan(mesh);
  const told = mesh ?? main?.object;
  if (own === undefined || told === undefined) return planOf([untreated(host)], service, NOBODY);
  if (mesh === undefined && main !== undefined && (!main.isPassedThrough || shares(own).weight > 0))
    main.object.left(
      '/spec/gateways',
      'is about these gateways alone; with values callers within the mesh are treated the same',
    );
  for (const way of read) {
    if (mesh === undefined && !way.isPassedThrough) continue;
    const [one, other] = way.isPassedThrough ? [shares(way.plan), shares(own)] : [way.plan, own];
    if (canonicalJson(one) !== canonicalJson(other))
      way.object.left(
        way.isPassedThrough ? '/spec/tls' : '/spec/http',
        `is not as in VirtualService ${told.namespace}/${told.name}; values have the same routes for every way in`,
      );
  }
  return own;
}

/** All that a plan says about connections of which nobody reads the requests. */
function shares({ version, canary }: Plan) {
  const { version: next, weight = 0 } = canary === 'none' ? { version: undefined } : canary;
  return { version, weight, next: weight > 0 ? next : undefined };
}

/** What Istio does where nobody says anything. */
function untreated(host: string) {
  const route = new Fields({ route: [{ destination: { host } }] }, '', NOBODY);
  const read = readRoute(route, (one) => one, undefined);
  if (read === undefined) throw new Error('a route for every request was not read');
  return read;
}
