import type { TrafficDefaults } from '../../api/traffic/defaults.ts';
import type { Environment, Tier } from '../../api/traffic/service.ts';
import type { TrafficValues } from '../../api/traffic/values.ts';
import type { WayIn } from './exposures.ts';
import { type ServiceKey, serviceOf, wholeHost } from './hosts.ts';
import { importedService } from './imported-service.ts';
import { type IstioObject, istioObjects, type LeftBehind, type PlacedObject } from './istio-objects.ts';
import { receiversOf } from './receivers.ts';

/** What is known beside the objects. */
export interface ImportContext {
  readonly defaultNamespace: string;
  /** The last part of the names that the cluster gives Services. */
  readonly clusterDomain: string;
  readonly company: TrafficDefaults;
  /** What the values are to say of the service, since it chooses defaults. */
  readonly tier?: Tier;
  readonly environment?: Environment;
}

/** The values that say what objects say about one service. */
export interface ImportedService extends ServiceKey {
  readonly values: TrafficValues;
  /** The objects that they were read from, as VirtualService shop/catalog. */
  readonly from: readonly string[];
}

export interface ImportedTraffic {
  readonly services: readonly ImportedService[];
  readonly left: readonly LeftBehind[];
}

/**
 * Reads what VirtualServices, DestinationRules and Gateways say, as traffic values: the least that has to be said beside the company’s
 * defaults so that the same counts.
 * @returns the values of each service, and every place of the objects that they cannot say
 */
export function importTraffic(objects: readonly PlacedObject[], context: ImportContext): ImportedTraffic {
  const left: LeftBehind[] = [];
  const all = istioObjects(objects, context.defaultNamespace, (one) => left.push(one));
  const services = new Map<string, Gathered>();
  const gathered = (key: ServiceKey): Gathered => {
    const id = `${key.namespace}/${key.name}`;
    const found = services.get(id) ?? { key, rules: [], routes: [], ways: [] };
    services.set(id, found);
    return found;
  };
  for (const object of all) {
    if (object.kind === 'DestinationRule') gatherRule(object, context, gathered);
    if (object.kind === 'VirtualService') gatherRoutes(object, context, gathered);
  }
  const imported = [...services.values()].flatMap((one) => importedService(one, all, context) ?? []);
  return { services: imported, left };
}

/** Everything about one service. */
export interface Gathered {
  readonly key: ServiceKey;
  readonly rules: IstioObject[];
  /** VirtualServices of the mesh itself. */
  readonly routes: IstioObject[];
  readonly ways: WayIn[];
}

type Gather = (key: ServiceKey) => Gathered;

function gatherRule(object: IstioObject, { clusterDomain }: ImportContext, gathered: Gather): void {
  const host = object.spec.text('host') ?? '';
  const key = serviceOf(host, object.namespace, clusterDomain);
  if (key === undefined) {
    object.left('/spec/host', `is ${JSON.stringify(host)}; accepted: the name of a Service of the cluster`);
    return;
  }
  const { rules } = gathered(key);
  if (rules.length > 0) {
    object.left('/spec/host', 'is that of another DestinationRule in these files; it is left out');
    return;
  }
  rules.push(object);
}

function gatherRoutes(object: IstioObject, { clusterDomain }: ImportContext, gathered: Gather): void {
  const { spec, namespace, left } = object;
  const hosts = spec.texts('hosts');
  const gateways = spec.texts('gateways');
  const inMesh = gateways.length === 0 || gateways.includes('mesh');
  const keys = hosts.flatMap((host) => serviceOf(host, namespace, clusterDomain) ?? []);
  const ingress = gateways.filter((gateway) => gateway !== 'mesh');
  const outside = hosts.filter((host) => serviceOf(host, namespace, clusterDomain) === undefined);
  const [key, ...more] = keys.length > 0 ? keys : receiversOf(spec.value, namespace, clusterDomain);
  if (key === undefined) {
    left('/spec/hosts', 'leads to no Service of the cluster; values are about one');
    return;
  }
  if (keys.length > 0 && more.length > 0)
    left('/spec/hosts', `is about ${keys.length} services; values are about one, ${key.name}`);
  const found = gathered(key);
  if (inMesh && keys.length > 0) {
    if (found.routes.length > 0) {
      left('/spec/hosts', 'is that of another VirtualService in these files; it is left out');
      return;
    }
    found.routes.push(object);
  }
  const [gateway] = ingress;
  if (gateway === undefined) {
    if (outside.length > 0)
      left('/spec/hosts', `has ${outside.join(', ')} without a gateway; accepted there: the Service itself`);
    return;
  }
  if (ingress.length > 1)
    left('/spec/gateways', `has ${ingress.length} gateways; values name one for each way in, ${gateway}`);
  if (inMesh && outside.length > 0)
    left(
      '/spec/gateways',
      `has mesh, where callers within it that ask for ${outside.join(', ')} are led to the service, too; values lead there through gateways alone`,
    );
  // a gateway answers for every host of it, the Service’s own name as well
  found.ways.push({
    object,
    hosts: [...(keys.length > 0 ? [wholeHost(key.name, key.namespace, clusterDomain)] : []), ...outside],
    gateway: gateway.includes('/') ? gateway : `${namespace}/${gateway}`,
    isPassedThrough: spec.has('tls') && !spec.has('http'),
  });
}
