import { expect, test } from '@jest/globals';
import { leftOut } from '../../../src/core/traffic/left-out.ts';
import type { Json } from '../../core-fixtures/pods.ts';
import { trafficService } from '../../core-fixtures/traffic-services.ts';

const CLUSTER_IP = { clusterIP: '10.0.0.7' };
const NAMED_PORT = { ports: [{ port: 8080, targetPort: 'http' }] };
/** Every feature of the company’s defaults that could be left out is off. */
const OFF = { outlierDetection: 'none', retries: 'none' };
const tcp = { service: { name: 'inventory', port: 8080, protocol: 'tcp' } };

const ROWS: readonly (readonly [what: string, values: Json, spec: Json, places: readonly string[]])[] = [
  ['nothing of a headless Service under the defaults of the company', {}, {}, []],
  ['what chooses among pods that have one address', {}, CLUSTER_IP, ['/outlierDetection', '/retries']],
  ['nothing there that is off', OFF, CLUSTER_IP, []],
  [
    'retries of a route alone',
    { ...OFF, routes: [{ name: 'list', match: [{ path: { prefix: '/' } }], retries: { attempts: 1 } }] },
    CLUSTER_IP,
    ['/retries'],
  ],
  [
    'an algorithm that the team chose',
    { ...OFF, loadBalancing: { algorithm: 'random' } },
    CLUSTER_IP,
    ['/loadBalancing/algorithm'],
  ],
  ['a slow start', { ...OFF, loadBalancing: { warmup: '30s' } }, CLUSTER_IP, ['/loadBalancing/warmup']],
  ['everything of a port that speaks no HTTP', tcp, CLUSTER_IP, ['/service/protocol']],
  ['everything of a headless Service whose pods name the port', {}, NAMED_PORT, ['/service/port']],
  ['nothing more of a ClusterIP whose pods name the port', OFF, { ...CLUSTER_IP, ...NAMED_PORT }, []],
  ['zones', { loadBalancing: { locality: 'failover' } }, {}, ['/loadBalancing/locality']],
  ['encryption', { tls: { mode: 'mesh' } }, {}, ['/tls/mode']],
  ['ways in', { expose: [{ hosts: ['shop.example'], gateway: 'istio-ingress/public' }] }, {}, ['/expose']],
  [
    'what pods do that no selector names',
    { cors: { origins: ['https://shop.example'] }, dependsOn: ['pricing'] },
    { selector: undefined },
    ['/cors', '/dependsOn'],
  ],
  [
    'what is told by pods that no selector names',
    { telemetry: { accessLog: 'all' } },
    { selector: undefined },
    ['/telemetry'],
  ],
  ['amounts for the sidecars of its pods', { sidecar: { resources: { limits: { cpu: '1' } } } }, {}, ['/sidecar']],
];

test.each(ROWS)('left out: %s', (_, values, spec, places) => {
  expect(leftOut(trafficService('inventory', values, { spec })).map(({ path }) => path)).toEqual(places);
});

test('each is told with what stands there, who chose it when that was not the team, and what would help', () => {
  const critical = { service: { name: 'inventory', port: 8080, tier: 'critical', minReplicas: 3 } };
  const told = leftOut(trafficService('inventory', critical, { spec: CLUSTER_IP })).map(({ message }) => message);
  expect(told).toEqual([
    'no pod is left out: the Service has one address for all its pods; they are seen with clusterIP: None',
    'the pod that failed may be tried again: the Service has one address for all its pods; they are seen with clusterIP: None',
    'warmup 30s (tier critical): no pod gets less than its share: the Service has one address for all its pods; they are seen with clusterIP: None',
  ]);
});
