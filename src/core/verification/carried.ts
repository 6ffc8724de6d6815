import { parse } from 'yaml';
import { canonicalJson } from '../json/canonical.ts';
import { fieldsOf } from '../json/fields-of.ts';
import { type Destination, upstreamName } from '../xds/resilience/destination.ts';
import { upstreams } from '../xds/resilience/upstreams.ts';
import { virtualHost } from '../xds/resilience/virtual-host.ts';

/** What a pod’s sidecar has of what a Service says now. */
export interface Carried {
  /** same: all of it. older: something else, such as what it said when the pod was created. nothing: the pod does nothing with its requests. */
  readonly values: 'same' | 'older' | 'nothing';
  /** Whether its statistics can be read. */
  readonly isObserved: boolean;
}

// 64 destinations with all their routes refer to some hundred parts that are written once; a forged text must not grow without end
const MOST_ALIASES = 10_000;

/**
 * Compares what a pod’s sidecar runs on with what a Service says now.
 * @param configuration the annotation of the pod with Envoy’s configuration; what cannot be read counts as one with nothing in it
 */
export function carriedBy(configuration: string, destination: Destination): Carried {
  const { static_resources: resources } = fieldsOf(parsed(configuration));
  const listeners = listOf(resources, 'listeners');
  const isObserved = listeners.some((listener) => fieldsOf(listener).name === 'prometheus');
  const name = upstreamName(destination, destination.name);
  const host = listeners
    .flatMap((listener) => listOf(listener, 'filter_chains'))
    .flatMap((chain) => listOf(chain, 'filters'))
    .flatMap((filter) => listOf(fieldsOf(fieldsOf(filter).typed_config).route_config, 'virtual_hosts'))
    .find((one) => fieldsOf(one).name === name);
  if (host === undefined) return { values: 'nothing', isObserved };
  const clusters = new Map(listOf(resources, 'clusters').map((one) => [fieldsOf(one).name, one]));
  const wanted = upstreams(destination, '', []);
  const isSame =
    // by which names it is called depends on the pod, not on the values
    same(named(fieldsOf(host).routes), virtualHost(destination, '', '').routes) &&
    wanted.every((upstream) => same(ofValues(clusters.get(upstream.name)), ofValues(upstream)));
  return { values: isSame ? 'same' : 'older', isObserved };
}

function parsed(text: string): unknown {
  try {
    return parse(text, { version: '1.1', maxAliasCount: MOST_ALIASES });
  } catch {
    return undefined;
  }
}

const listOf = (value: unknown, field: string): readonly unknown[] => {
  const list = fieldsOf(value)[field];
  return Array.isArray(list) ? list : [];
};

/** Without the route for CONNECT, which every host has and no Service chooses. */
const named = (routes: unknown): unknown =>
  Array.isArray(routes) ? routes.filter((route) => fieldsOf(route).name !== undefined) : routes;

const same = (one: unknown, other: unknown): boolean => canonicalJson(one) === canonicalJson(other);

/** What follows from the values of its Service alone: not its address, nor what is observed of it. */
const ofValues = (upstream: unknown): object => {
  const { load_assignment: _where, typed_extension_protocol_options: protocols, ...own } = fieldsOf(upstream);
  const [protocol] = Object.values(fieldsOf(protocols));
  return { ...own, connection: fieldsOf(protocol).common_http_protocol_options };
};
