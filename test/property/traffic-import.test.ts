import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { BUILT_IN_TRAFFIC_DEFAULTS } from '../../src/core/traffic/defaults.generated.ts';
import { importTraffic } from '../../src/core/traffic/import/import-traffic.ts';
import { readTrafficValues } from '../../src/core/traffic/read-values.ts';
import { oddKey } from './arbitraries/json.ts';

const WORDS = [
  ...[
    'http',
    'match',
    'route',
    'destination',
    'host',
    'subset',
    'port',
    'number',
    'weight',
    'timeout',
    'retries',
    'attempts',
  ],
  ...[
    'retryOn',
    'perTryTimeout',
    'fault',
    'delay',
    'abort',
    'percentage',
    'value',
    'fixedDelay',
    'httpStatus',
    'corsPolicy',
  ],
  ...[
    'allowOrigins',
    'exact',
    'regex',
    'prefix',
    'uri',
    'headers',
    'method',
    'mirrors',
    'mirror',
    'hosts',
    'gateways',
    'tls',
  ],
  ...[
    'trafficPolicy',
    'connectionPool',
    'tcp',
    'maxConnections',
    'outlierDetection',
    'interval',
    'loadBalancer',
    'simple',
  ],
  ...[
    'subsets',
    'name',
    'labels',
    'version',
    'servers',
    'mode',
    'credentialName',
    'ports',
    'retryBudget',
    'consistentHash',
  ],
];
const leaf = fc.oneof(
  fc.constantFrom(
    'web',
    'web.shop.svc.cluster.local',
    'mesh',
    'v1',
    'v2',
    '1s',
    '0s',
    '0.001ms',
    'GET',
    'GET|POST',
    '5xx,503',
    '',
  ),
  fc.constantFrom(0, 80, 50, -1, 4_294_967_295, 0.5, true, false, null),
);
const { node } = fc.letrec<{ node: unknown }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'medium' },
    leaf,
    fc.array(tie('node'), { maxLength: 3 }),
    fc.dictionary(fc.oneof({ weight: 12, arbitrary: fc.constantFrom(...WORDS) }, oddKey), tie('node'), { maxKeys: 5 }),
  ),
}));

const kind = fc.constantFrom('VirtualService', 'DestinationRule', 'Gateway', 'Service');
const route = fc.record(
  {
    match: node,
    route: fc.constant([{ destination: { host: 'web', subset: 'v1' } }]),
    timeout: leaf,
    retries: node,
    mirrors: node,
  },
  { requiredKeys: ['route'] },
);
const http = fc.oneof(node, fc.array(route, { maxLength: 3 }));
const spec = fc.tuple(http, node, node).map(([routes, trafficPolicy, more]) => ({
  ...{ hosts: ['web'], host: 'web', http: routes, trafficPolicy, subsets: more, servers: more },
  ports: [{ port: 80 }],
}));
const object = fc.tuple(kind, fc.oneof(spec, node)).map(([one, body]) => ({
  apiVersion: one === 'Service' ? 'v1' : 'networking.istio.io/v1',
  kind: one,
  metadata: { name: 'web', namespace: 'shop' },
  spec: body,
}));

const WEB = {
  ...{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: 'shop' } },
  spec: { ports: [{ port: 80 }] },
};

test('whatever stands in objects, what is read are traffic values, and every place that is told is one', () => {
  let read = 0;
  fc.assert(
    fc.property(fc.array(object, { maxLength: 4 }), (objects) => {
      const placed = [WEB, ...objects].map((value) => ({ value, place: () => ({ file: 'f', line: 1, column: 1 }) }));
      const { services, left } = importTraffic(placed, {
        ...{ defaultNamespace: 'default', clusterDomain: 'cluster.local', company: BUILT_IN_TRAFFIC_DEFAULTS },
      });
      read += services.length;
      for (const { values } of services) expect(readTrafficValues(JSON.stringify(values), 'f')).toHaveProperty('value');
      for (const { path, message } of left)
        expect([path.startsWith('/spec'), message.length > 10]).toEqual([true, true]);
    }),
    { numRuns: 1000 },
  );
  expect(read).toBeGreaterThan(200);
});
