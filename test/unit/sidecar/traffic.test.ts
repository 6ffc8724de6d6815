import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { TRAFFIC_ANNOTATION } from '../../../src/core/traffic/traffic-service.ts';
import { type TrafficServices, trafficServices } from '../../../src/core/traffic/traffic-services.ts';
import { admitted, patched } from '../../core-fixtures/admissions.ts';
import { askingPod, type Json } from '../../core-fixtures/pods.ts';
import { policyWith } from '../../core-fixtures/policies.ts';
import { servicesOf, trafficService } from '../../core-fixtures/traffic-services.ts';

const RESILIENT = policyWith({ profile: { features: ['Observability', 'Resilience'] } });

interface Configuration {
  readonly hosts: readonly { readonly name: string; readonly domains: readonly string[] }[];
  readonly upstreams: readonly string[];
  readonly addresses: readonly unknown[];
}

/** What a pod’s sidecar knows about Services. */
function configured(
  dependsOn: string | undefined,
  services: TrafficServices,
  { labels = {}, policy = RESILIENT }: { readonly labels?: Json; readonly policy?: typeof RESILIENT } = {},
): Configuration {
  const pod = askingPod(dependsOn === undefined ? {} : { 'pillion.io/depends-on': dependsOn });
  const labelled = { ...pod, metadata: { ...pod.metadata, labels: labels as Record<string, string> } };
  const text = patched(labelled, admitted(labelled, { policy, services })).metadata.annotations?.[
    'pillion.io/envoy-config'
  ];
  const { static_resources: all } = parse(text ?? '', { version: '1.1', maxAliasCount: -1 });
  const outbound = all.listeners.find(({ name }: Json) => name === 'outbound');
  const http = outbound.filter_chains.find(({ name }: Json) => name === 'http');
  const hosts = http === undefined ? [] : http.filters[0].typed_config.route_config.virtual_hosts;
  const dns = all.clusters.filter(({ type }: Json) => type === 'STRICT_DNS');
  return {
    hosts: hosts.filter(({ domains }: Json) => !(domains as string[]).includes('*')),
    upstreams: dns.map(({ name }: Json) => name),
    addresses: dns.map(
      (cluster: Json) =>
        (cluster.load_assignment as { endpoints: { lb_endpoints: { endpoint: { address: Json } }[] }[] }).endpoints[0]
          ?.lb_endpoints[0]?.endpoint.address.socket_address,
    ),
  };
}

const NOTHING: Configuration = { hosts: [], upstreams: [], addresses: [] };

describe('which Services a sidecar knows', () => {
  const services = servicesOf({ inventory: {}, pricing: {} });

  test('those that the pod names, by every name under which it reaches them', () => {
    const { hosts, upstreams, addresses } = configured('inventory', services);
    expect(upstreams).toEqual(['shop/inventory/8080']);
    expect(addresses).toEqual([{ address: 'inventory.shop.svc.cluster.local.', port_value: 8080 }]);
    expect(hosts.map(({ domains }) => domains)).toEqual([
      [
        'inventory:8080',
        'inventory.shop:8080',
        'inventory.shop.svc:8080',
        'inventory.shop.svc.cluster.local:8080',
        'inventory.shop.svc.cluster.local.:8080',
      ],
    ]);
  });

  test('none without the feature Resilience, without a Service that says something, or without a name', () => {
    expect(configured('inventory', services, { policy: policyWith({}) })).toEqual(NOTHING);
    expect(configured('unknown, other/inventory', services)).toEqual(NOTHING);
    expect(configured(undefined, services)).toEqual(NOTHING);
  });

  test('those that the values of its own Services name', () => {
    const own = servicesOf({ web: { dependsOn: ['inventory'] }, inventory: {} });
    expect(configured(undefined, own, { labels: { app: 'web' } }).upstreams).toEqual(['shop/inventory/8080']);
    expect(configured(undefined, own, { labels: { app: 'other' } })).toEqual(NOTHING);
  });

  test('one of another namespace has no short name, and each is known once', () => {
    const elsewhere = trafficServices([trafficService('quotes', {}, { namespace: 'pricing' })]);
    const { hosts } = configured('pricing/quotes, pricing/quotes', elsewhere);
    expect(hosts.map(({ domains }) => domains[0])).toEqual(['quotes.pricing:8080']);
  });

  test('names that every object has are names of Services like others', () => {
    const odd = servicesOf({ constructor: {}, 'to-string': {} });
    expect(configured('constructor, valueof', odd).upstreams).toEqual(['shop/constructor/8080']);
  });
});

describe('where it finds their pods', () => {
  test('a Service with one address is called by its own port, a headless one by the port of its pods', () => {
    const spec = { ports: [{ port: 8080, targetPort: 9090 }] };
    const address = (clusterIP: string) =>
      configured('web', trafficServices([trafficService('web', {}, { spec: { ...spec, clusterIP } })])).addresses;
    expect(address('None')).toMatchObject([{ port_value: 9090 }]);
    expect(address('10.0.0.1')).toMatchObject([{ port_value: 8080 }]);
  });

  test('a headless Service whose pods’ port is a name, or that speaks no HTTP, is left alone', () => {
    const named = trafficService('web', {}, { spec: { ports: [{ port: 8080, targetPort: 'http' }] } });
    expect(configured('web', trafficServices([named]))).toEqual(NOTHING);
    const tcp = trafficService('web', { service: { name: 'web', port: 8080, protocol: 'tcp' } });
    expect(configured('web', trafficServices([tcp]))).toEqual(NOTHING);
  });

  test('the port of HTTP may be left out of a host', () => {
    const spec = { ports: [{ port: 80 }] };
    const web = trafficService('web', { service: { name: 'web', port: 80 } }, { spec });
    expect(configured('web', trafficServices([web])).hosts[0]?.domains.slice(0, 2)).toEqual(['web', 'web:80']);
  });
});

test('a second call under the same Services changes nothing, and under others it renders anew', () => {
  const pod = askingPod({ 'pillion.io/depends-on': 'inventory' });
  const services = servicesOf({ inventory: { timeout: '1s', retries: 'none' } });
  const done = patched(pod, admitted(pod, { policy: RESILIENT, services }));
  expect(admitted(done, { policy: RESILIENT, services }).reason).toBe('already-injected');
  const others = servicesOf({ inventory: { timeout: '2s', retries: 'none' } });
  expect(admitted(done, { policy: RESILIENT, services: others }).verdict).toBe('inject');
});

test.each([
  ['another name', { service: { name: 'other', port: 8080 } }, {}, '/service/name'],
  ['a port that the Service does not have', { service: { name: 'web', port: 1 } }, {}, '/service/port'],
  ['a Service without pods', {}, { spec: { type: 'ExternalName' } }, ''],
])('values do not fit their Service: %s', (_, values, change, path) => {
  const problems = () => trafficService('web', values, change);
  expect(problems).toThrow(`"path":"${path}"`);
  expect(problems).toThrow(`${TRAFFIC_ANNOTATION} of Service shop/web`);
});
