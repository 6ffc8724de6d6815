import type { TrafficValues } from '../../api/traffic/values.ts';
import { pointerParts } from '../../json/pointer.ts';
import { effectiveValues } from '../effective-values.ts';
import { readTrafficValues } from '../read-values.ts';
import { difference } from './difference.ts';
import { exposuresOf } from './exposures.ts';
import { Fields, type Left } from './fields.ts';
import type { Gathered, ImportContext, ImportedService } from './import-traffic.ts';
import type { IstioObject } from './istio-objects.ts';
import { plannedRoutes } from './planned-routes.ts';
import { portsOf } from './receivers.ts';
import { type ServicePort, servicePorts } from './service-ports.ts';
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
  const plan = plannedRoutes(gathered, subsets, port.number, context);
  const told = [plan.version, ...[plan.canary, plan.mirror].map((one) => (one === 'none' ? undefined : one.version))];
  for (const name of subsets)
    if (!told.includes(name))
      rule?.left('/spec/subsets', `has ${name}, to which no route sends requests; it is left out`);
  const isOnlyPassedThrough = main === undefined && ways.length > 0;
  const isTcp = mesh === undefined ? isOnlyPassedThrough : mesh.spec.has('tcp') && !mesh.spec.has('http');
  const protocol = isTcp && (mesh !== undefined || port.protocol === undefined) ? 'tcp' : port.protocol;
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
