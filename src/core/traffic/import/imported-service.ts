import type { TrafficValues } from '../../api/traffic/values.ts';
import { canonicalJson } from '../../json/canonical.ts';
import { pointerParts } from '../../json/pointer.ts';
import { effectiveValues } from '../effective-values.ts';
import { readTrafficValues } from '../read-values.ts';
import { difference } from './difference.ts';
import { exposuresOf } from './exposures.ts';
import { Fields, type Left } from './fields.ts';
import { serviceOf, wholeHost } from './hosts.ts';
import type { Gathered, ImportContext, ImportedService } from './import-traffic.ts';
import type { IstioObject } from './istio-objects.ts';
import { type Plan, planOf } from './plan.ts';
import { readRoute } from './read-route.ts';
import { portsOf } from './receivers.ts';
import { type ServicePort, servicePorts } from './service-ports.ts';
import { tcpRoute } from './tcp-route.ts';
import { trafficPolicyOf } from './traffic-policy.ts';

// fields of which some say something else without the others
const WHOLE: ReadonlySet<string> = new Set(['hash']);

const NOBODY: Left = () => {};

/** The values of one service; undefined where they cannot even be begun, which is told. */
export function importedService(
  gathered: Gathered,
  all: readonly IstioObject[],
  context: ImportContext,
): ImportedService | undefined {
  const { key, rules, routes, ways } = gathered;
  const [rule] = rules;
  const [mesh] = routes;
  const main = mesh ?? ways.find(({ isPassedThrough }) => !isPassedThrough)?.object;
  const teller = main ?? rule ?? ways[0]?.object;
  if (teller === undefined) return undefined;
  const port = portOf(gathered, servicePorts(key, all), teller.left);
  if (port === undefined) return undefined;
  const subsets = rule === undefined ? [] : subsetsOf(rule);
  const policy = trafficPolicyOf(rule?.spec.group('trafficPolicy') ?? new Fields(undefined, '', NOBODY));
  rule?.spec.end();
  const plan = plans(gathered, subsets, port.number, context);
  const told = [plan.version, ...[plan.canary, plan.mirror].map((one) => (one === 'none' ? undefined : one.version))];
  for (const name of subsets)
    if (!told.includes(name))
      rule?.left('/spec/subsets', `has ${name}, to which no route sends requests; it is left out`);
  const protocol = mesh?.spec.has('tcp') && !mesh.spec.has('http') ? 'tcp' : port.protocol;
  const chosen = {
    ...(context.environment === undefined ? {} : { environment: context.environment }),
    service: { name: key.name, port: port.number, ...(context.tier === undefined ? {} : { tier: context.tier }) },
  };
  const { version, ...planned } = plan;
  const standing: Readonly<Record<string, unknown>> = { ...effectiveValues(chosen, context.company).values };
  const isTold = planned.canary !== 'none' || (planned.mirror !== 'none' && planned.mirror.version !== undefined);
  const wanted = {
    service: {
      ...(isTold && version !== undefined ? { version } : {}),
      ...(protocol === undefined ? {} : { protocol }),
    },
    ...(protocol === 'tcp' ? { canary: planned.canary } : planned),
    ...policy,
  };
  const { service: versioned, ...said } = (difference(wanted, standing, WHOLE) ?? {}) as Partial<TrafficValues>;
  const expose = exposuresOf(
    key,
    ways,
    all.filter(({ kind }) => kind === 'Gateway'),
  );
  const values = {
    ...chosen,
    service: { ...chosen.service, ...versioned },
    ...(expose.length === 0 ? {} : { expose }),
    ...said,
  } as TrafficValues;
  const from = [rule, mesh, ...ways.map(({ object }) => object)].flatMap((object) =>
    object === undefined ? [] : [`${object.kind} ${object.namespace}/${object.name}`],
  );
  return { ...key, values: acceptable(values, teller.left), from: [...new Set(from)] };
}

function portOf({ key, routes, ways }: Gathered, known: readonly ServicePort[], left: Left): ServicePort | undefined {
  const named = [...routes, ...ways.map(({ object }) => object)].flatMap(({ spec }) => portsOf(spec.value));
  const [number = known.length === 1 ? known[0]?.number : undefined, ...others] = [...new Set(named)];
  if (number === undefined) {
    left(
      '/spec',
      `does not say which port of the Service ${key.namespace}/${key.name} it is about; give the Service’s manifest, too`,
    );
    return undefined;
  }
  if (others.length > 0)
    left('/spec', `is about the ports ${[number, ...others].join(', ')}; values are about one, ${number}`);
  return known.find((port) => port.number === number) ?? { number, protocol: undefined };
}

function subsetsOf({ spec }: IstioObject): readonly string[] {
  return spec.list('subsets').flatMap((subset) => {
    const name = subset.text('name') ?? '';
    const labels = subset.group('labels');
    const version = labels.text('version');
    labels.end();
    subset.end();
    if (version === name) return [name];
    subset.leave(
      'labels',
      `are not those of version ${name}; values tell versions apart by the label version, by its value`,
    );
    return [];
  });
}

/** What becomes of requests, by the routes within the mesh; those of ways in have to be the same. */
function plans(
  { key, routes, ways }: Gathered,
  subsets: readonly string[],
  port: number,
  context: ImportContext,
): Plan {
  const { clusterDomain } = context;
  const host = wholeHost(key.name, key.namespace, clusterDomain);
  const referenceTo = (other: string) => {
    const service = serviceOf(other, key.namespace, clusterDomain);
    if (service === undefined) return undefined;
    return service.namespace === key.namespace ? service.name : `${service.namespace}/${service.name}`;
  };
  const plan = (object: IstioObject): Plan => {
    const hostOf = (one: string) => wholeHost(one, object.namespace, clusterDomain);
    const { spec } = object;
    const http = spec.list('http').flatMap((route) => readRoute(route, hostOf, port) ?? []);
    const tcp = spec.list('tcp').flatMap((route) => tcpRoute(route, hostOf));
    spec.end();
    return planOf(http.length > 0 ? http : tcp, { host, subsets, referenceTo }, object.left);
  };
  const [mesh] = routes;
  const read = ways.flatMap((way) => {
    // the routes of one that is for both are those within the mesh
    if (way.object === mesh) return [];
    if (!way.isPassedThrough) return [{ ...way, plan: plan(way.object) }];
    way.object.spec.take('tls');
    way.object.spec.end();
    return [];
  });
  const [first] = read;
  if (mesh === undefined) {
    first?.object.left(
      '/spec/gateways',
      'is about these gateways alone; with values callers within the mesh are treated the same',
    );
    return first?.plan ?? planOf([untreated(host)], { host, subsets, referenceTo }, NOBODY);
  }
  const own = plan(mesh);
  for (const way of read)
    if (canonicalJson(way.plan) !== canonicalJson(own))
      way.object.left(
        '/spec/http',
        `is not as in VirtualService ${mesh.namespace}/${mesh.name}; values have the same routes for every way in`,
      );
  return own;
}

/** What Istio does where nobody says anything. */
const untreated = (host: string) => {
  const route = new Fields({ route: [{ destination: { host } }] }, '', NOBODY);
  const read = readRoute(route, (one) => one, undefined);
  if (read === undefined) throw new Error('a route for every request was not read');
  return read;
};

/** The values without what their schema does not take, which is told. */
function acceptable(values: TrafficValues, left: Left): TrafficValues {
  const read = readTrafficValues(JSON.stringify(values), '');
  if (!('problems' in read)) return values;
  const groups = new Set(read.problems.map(({ path }) => pointerParts(path)[0] ?? ''));
  for (const { path, message } of read.problems)
    left('/spec', `has as ${path} what values do not take: it ${message}; with it all of the group is left out`);
  const kept = Object.entries(values).filter(([group]) => group === 'service' || !groups.has(group));
  return Object.fromEntries(kept) as TrafficValues;
}
