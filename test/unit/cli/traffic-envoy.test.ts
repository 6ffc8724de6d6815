import { expect, test } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { ENVOY_PROFILE } from '../../../src/core/sidecar/profiles/envoy/envoy.generated.ts';
import { pillion } from './command-line.ts';

const PROFILE = ENVOY_PROFILE.replace('features: [Observability]', 'features: [Observability, Resilience]');
const NAMESPACE = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: 'shop', labels: { 'istio-injection': 'enabled' } },
};

const service = (name: string, values: object) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: {
    name,
    namespace: 'shop',
    annotations: { 'pillion.io/traffic': stringify({ service: { name, port: 80, tier: 'critical' }, ...values }) },
  },
  spec: { clusterIP: 'None', selector: { app: name }, ports: [{ port: 80 }] },
});

const deployment = (annotations: object) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { template: { metadata: { annotations }, spec: { containers: [{ name: 'web', image: 'web' }] } } },
});

const ASKS = { 'sidecar.istio.io/inject': 'true', 'pillion.io/depends-on': 'inventory' };

const run = (command: readonly string[], ...objects: readonly object[]) =>
  pillion([...command, '-f', 'shop.yaml', '--profile', 'profile.yaml'], {
    files: { 'shop.yaml': objects.map((object) => stringify(object)).join('---\n'), 'profile.yaml': PROFILE },
  });

test('prints the configuration with who chose what, in words that a YAML reader leaves out', async () => {
  const { exit, stdout, stderr } = await run(
    ['traffic', 'envoy'],
    NAMESPACE,
    service('inventory', { timeout: '4s', loadBalancing: { warmup: 'none' } }),
    deployment(ASKS),
  );
  expect([exit, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^# Deployment shop\/web\n/);
  for (const line of [
    'timeout: 4s # timeout of shop/inventory: project',
    'per_try_timeout: 0.9s # retries.perTryTimeout of shop/inventory: tier critical',
    'max_connections: 256 # circuitBreaker.maxConnections of shop/inventory: defaults',
    'max_ejection_percent: 34 # outlierDetection.maxEjectionPercent of shop/inventory: tier critical',
    'lb_policy: LEAST_REQUEST # loadBalancing.algorithm of shop/inventory: defaults',
  ])
    expect(stdout).toContain(line);
  const { static_resources: all } = parse(stdout, { version: '1.1' });
  expect(all.clusters.map(({ name }: { name: string }) => name)).toContain('shop/inventory/80');
});

const companyPolicy = (defaults: object) =>
  stringify({
    apiVersion: 'pillion.io/v1alpha1',
    kind: 'InjectionPolicy',
    metadata: { name: 'default' },
    spec: { traffic: { defaults } },
  });

const underPolicy = (defaults: object) =>
  pillion(['traffic', 'envoy', '-f', 'shop.yaml', '--profile', 'profile.yaml', '--policy', 'policy.yaml'], {
    files: {
      'shop.yaml': [NAMESPACE, service('inventory', { retries: 'none' }), deployment(ASKS)]
        .map((object) => stringify(object))
        .join('---\n'),
      'profile.yaml': PROFILE,
      'policy.yaml': companyPolicy(defaults),
    },
  });

test('the company’s defaults are those of the policy, in place of the built-in ones as a whole', async () => {
  const { exit, stdout, stderr } = await underPolicy({
    meshVersion: 1,
    tiers: { critical: { timeout: '4s', loadBalancing: { algorithm: 'random' } } },
  });
  expect([exit, stderr]).toEqual([0, '']);
  expect(stdout).toContain('timeout: 4s # timeout of shop/inventory: tier critical');
  expect(stdout).toContain('lb_policy: RANDOM # loadBalancing.algorithm of shop/inventory: tier critical');
  expect(stdout).not.toContain('max_ejection_percent');
});

test('defaults in a policy that cannot be read are told with their place', async () => {
  const { exit, stdout, stderr } = await underPolicy({
    meshVersion: 1,
    tiers: { critical: { timeout: 4, retrys: 'none' } },
  });
  expect([exit, stdout]).toEqual([2, '']);
  expect(stderr).toContain('policy.yaml:11:11: /spec/traffic/defaults/tiers/critical/timeout: is 4; accepted: ');
  expect(stderr).toContain('/spec/traffic/defaults/tiers/critical/retrys');
  expect(stderr).toContain('retries');
});

test('each setting that has a place in the configuration is told there', async () => {
  const { stdout } = await run(
    ['traffic', 'envoy'],
    NAMESPACE,
    service('inventory', {
      service: { name: 'inventory', port: 80, minReplicas: 3 },
      circuitBreaker: { maxRetries: 3, maxRequestsPerConnection: 7, idleTimeout: '9s' },
      retryBudget: { percent: 7 },
      outlierDetection: { splitExternalLocalOriginErrors: true, consecutiveLocalOriginFailures: 4 },
      loadBalancing: { warmup: '30s' },
    }),
    deployment(ASKS),
  );
  const told = [...stdout.matchAll(/# (\S+) of shop\/inventory: /g)].map(([, what]) => what);
  expect([...new Set(told)].sort()).toEqual(
    [
      'timeout',
      ...['attempts', 'perTryTimeout', 'retryOn', 'backoff'].map((field) => `retries.${field}`),
      ...['percent', 'minRetryConcurrency'].map((field) => `retryBudget.${field}`),
      ...['maxConnections', 'maxPendingRequests', 'maxRequests', 'maxRetries', 'connectTimeout'].map(
        (field) => `circuitBreaker.${field}`,
      ),
      ...[
        'consecutive5xx',
        'consecutiveGatewayErrors',
        'consecutiveLocalOriginFailures',
        'interval',
        'baseEjectionTime',
      ].map((field) => `outlierDetection.${field}`),
      ...['splitExternalLocalOriginErrors', 'maxEjectionPercent', 'minHealthPercent'].map(
        (field) => `outlierDetection.${field}`,
      ),
      ...['algorithm', 'warmup'].map((field) => `loadBalancing.${field}`),
    ].sort(),
  );
});

test.each(['least-request', 'round-robin'])('the slow start of %s is told where it is', async (algorithm) => {
  const slow = service('inventory', { loadBalancing: { algorithm, warmup: '40s' } });
  const { stdout } = await run(['traffic', 'envoy'], NAMESPACE, slow, deployment(ASKS));
  expect(stdout).toContain('slow_start_window: 40s # loadBalancing.warmup of shop/inventory: project');
});

test('each setting that has a place in a route is told there, with who chose it', async () => {
  const fault = { delay: { percent: 7, duration: '8s' }, abort: { percent: 9, status: 510 } };
  const said = (values: object) => service('inventory', { environment: 'test', ...values });
  const told = async (...objects: readonly object[]) =>
    (await run(['traffic', 'envoy'], NAMESPACE, ...objects, deployment(ASKS))).stdout;
  const canary = { version: 'v2', weight: 11, mirrorPercent: 12 };
  const alone = await told(said({ fault, canary }));
  for (const line of [
    'numerator: 70000 # fault.delay.percent of shop/inventory: project',
    'fixed_delay: 8s # fault.delay.duration of shop/inventory: project',
    'numerator: 90000 # fault.abort.percent of shop/inventory: project',
    'http_status: 510 # fault.abort.status of shop/inventory: project',
    'weight: 11 # canary.weight of shop/inventory: project',
    'numerator: 120000 # canary.mirrorPercent of shop/inventory: project',
  ])
    expect(alone).toContain(line);
  const mirrored = await told(said({ canary, mirror: { service: 'copy', percent: 13 } }));
  expect(mirrored).toContain('numerator: 130000 # mirror.percent of shop/inventory: project');
  expect(mirrored).toContain('numerator: 120000 # canary.mirrorPercent of shop/inventory: project');
});

test('a route that a team calls default or canary lends its origins to no other', async () => {
  const named = (name: string) => ({
    name,
    match: [{ path: { prefix: `/${name}` } }],
    timeout: '900ms',
    retries: 'none',
  });
  const own = service('inventory', {
    canary: { version: 'v2', match: [{ headers: { 'x-canary': 'true' } }, { path: { exact: '/new' } }] },
    routes: [named('canary'), named('default')],
  });
  const { stdout } = await run(['traffic', 'envoy'], NAMESPACE, own, deployment(ASKS));
  const timeouts = [...stdout.matchAll(/ timeout: (\S+) # timeout of shop\/inventory: (.*)/g)];
  // four of the canary and two of every other request, and again for the listener of the port
  const expected = [
    ...Array(4).fill('3s tier critical'),
    ...Array(2).fill('0.9s project'),
    ...Array(2).fill('3s tier critical'),
  ];
  expect(timeouts.map(([, value, origin]) => `${value} ${origin}`)).toEqual([...expected, ...expected]);
});

test('what a Service chose for its own pods is told where it is done', async () => {
  const own = service('web', {
    environment: 'test',
    telemetry: { accessLog: 'all' },
    cors: { origins: ['https://a.example'] },
  });
  const web = deployment({ 'sidecar.istio.io/inject': 'true' });
  web.spec.template.metadata = { ...web.spec.template.metadata, labels: { app: 'web' } } as never;
  web.spec.template.spec.containers = [{ name: 'web', image: 'web', ports: [{ containerPort: 80 }] } as never];
  const { stdout } = await run(['traffic', 'envoy'], NAMESPACE, own, web);
  const chosen = 'telemetry.accessLog all (project), telemetry.tracing.sampling 100 (environment test)';
  expect(stdout).toContain(`- name: http_80 # for Service web: its cors, ${chosen}\n`);
  const explained = await run(['explain', '-o', 'json'], NAMESPACE, own, web);
  expect(JSON.parse(explained.stdout)[0].traffic.served).toEqual([
    {
      ...{ port: 80, service: 'web', cors: 'answered' },
      telemetry: [
        { what: 'telemetry.accessLog', value: 'all', origin: 'project' },
        { what: 'telemetry.tracing.sampling', value: 100, origin: 'environment test' },
      ],
      passedOver: [],
    },
  ]);
  const text = (await run(['explain'], NAMESPACE, own, web)).stdout;
  expect(text).toContain('port 80 for Service web, its CORS answered here');
  expect(text).toMatch(/telemetry.accessLog {9}all {2}\(project\)/);
});

test('of several Services on a port of the pod the first counts that chooses something, and the others are named', async () => {
  const web = deployment({ 'sidecar.istio.io/inject': 'true' });
  web.spec.template.metadata = { ...web.spec.template.metadata, labels: { app: 'web' } } as never;
  web.spec.template.spec.containers = [{ name: 'web', image: 'web', ports: [{ containerPort: 80 }] } as never];
  const onWeb = (name: string, values: object) => {
    const own = service(name, values);
    return { ...own, spec: { ...own.spec, selector: { app: 'web' } } };
  };
  const cors = (origin: string) => ({ cors: { origins: [origin] } });
  const said = [
    onWeb('web', {}),
    ...[onWeb('web-2', cors('https://a.example')), onWeb('web-3', cors('https://b.example'))],
    ...[onWeb('web-4', cors('https://a.example')), onWeb('web-5', {})],
  ];
  const { stdout } = await run(['traffic', 'envoy'], NAMESPACE, ...said, web);
  expect(stdout).toContain('- name: http_80 # for Service web-2: its cors\n');
  expect(stdout).toContain('https://a.example');
  expect(stdout).not.toContain('https://b.example');
  const text = (await run(['explain'], NAMESPACE, ...said, web)).stdout;
  expect(text).toContain(
    'port 80 for Service web-2, its CORS answered here\n' +
      '          left out: cors and telemetry of Service web-3: web-2 comes first on this port\n',
  );
  expect(text).not.toContain('Service web-4');
});

test('a workload without a sidecar has none, and is named', async () => {
  const { exit, stdout, stderr } = await run(['traffic', 'envoy'], NAMESPACE, deployment({}));
  expect([exit, stdout]).toEqual([1, '']);
  expect(stderr).toContain('Deployment shop/web gets no configuration: not-opted-in');
});

test('values that the webhook would not accept are refused with their place', async () => {
  for (const command of [['traffic', 'envoy'], ['explain'], ['inject']]) {
    const { exit, stdout, stderr } = await run(
      command,
      NAMESPACE,
      service('inventory', { timeuot: '4s' }),
      deployment(ASKS),
    );
    expect([exit, stdout]).toEqual([2, '']);
    expect(stderr).toContain(
      'pillion.io/traffic of Service shop/inventory:5:1: /timeuot: is not a key that is known here; did you mean timeout?',
    );
  }
});

test('explain names the listener that takes the requests to a Service, as it stands in the configuration', async () => {
  const at = (name: string, port: number) => {
    const own = service(name, { service: { name, port } });
    return { ...own, spec: { ...own.spec, ports: [{ port }] } };
  };
  const asks = { ...ASKS, 'pillion.io/depends-on': 'inventory, prices, odd' };
  // the last is a port of the sidecar itself
  const objects = [NAMESPACE, at('inventory', 80), at('prices', 9080), at('odd', 15_001), deployment(asks)];
  const explained = JSON.parse((await run(['explain', '-o', 'json'], ...objects)).stdout)[0].traffic;
  const { static_resources: all } = parse((await run(['traffic', 'envoy'], ...objects)).stdout, { version: '1.1' });
  const listeners = all.listeners.flatMap(
    ({ name, address }: { name: string; address: { socket_address: { port_value: number } } }) =>
      name.startsWith('outbound') ? [[name, address.socket_address.port_value]] : [],
  );
  expect(listeners).toEqual([
    ['outbound', 15_001],
    ['outbound_80', 80],
    ['outbound_9080', 9080],
  ]);
  expect(explained.destinations.map(({ service: to, listener }: Record<string, string>) => [to, listener])).toEqual([
    ['shop/inventory', 'outbound_80'],
    ['shop/prices', 'outbound_9080'],
    ['shop/odd', 'outbound'],
  ]);
});

test('explain tells routes, shares and who chose what', async () => {
  const { exit, stdout } = await run(
    ['explain'],
    NAMESPACE,
    service('inventory', { canary: { version: 'v2', weight: 10, match: [{ headers: { 'x-canary': 'true' } }] } }),
    deployment({ ...ASKS, 'traffic.sidecar.istio.io/excludeOutboundPorts': '3306' }),
  );
  expect(exit).toBe(0);
  expect(stdout).toContain(
    'out     by the listener outbound to where the application sends it but for these hosts, except port 3306\n',
  );
  expect(stdout).toContain(
    '  inventory  shop/inventory: by the listener outbound_80, upstream shop/inventory/80, each pod\n',
  );
  expect(stdout).toContain('route canary, x-canary: true: shop/inventory/80/inventory-v2\n');
  expect(stdout).toContain('90 of 100 to shop/inventory/80, 10 of 100 to shop/inventory/80/inventory-v2\n');
  expect(stdout).toMatch(/timeout +3s {2}\(tier critical\)\n/);
  expect(stdout).toMatch(/canary.weight +10 {2}\(project\)\n/);
  expect(stdout).not.toContain('canary.match');
});

test.each([
  [[], 'nothing is named to explain'],
  [['pod/web', '-f', 'shop.yaml'], 'both pod/web and files are named'],
  [
    ['web'],
    '"web" is no KIND/NAME: name its kind as well, such as deploy/web; known kinds: replicationcontroller, deployment, ',
  ],
  [['pod/../secrets'], 'is no KIND/NAME'],
])('explain %j is not what is meant', async (args, message) => {
  const { exit, stderr } = await pillion(['explain', ...args], { files: { 'shop.yaml': stringify(NAMESPACE) } });
  expect(exit).toBe(2);
  expect(stderr).toContain(message);
});

test('explain tells what is left out, and of which Services nothing is done', async () => {
  const balanced = { ...service('inventory', {}), spec: { clusterIP: '10.0.0.1', ports: [{ port: 80 }] } };
  const tcp = service('queue', { service: { name: 'queue', port: 80, protocol: 'tcp' } });
  const asks = { ...ASKS, 'pillion.io/depends-on': 'inventory, queue, nowhere' };
  const { stdout } = await run(['explain'], NAMESPACE, balanced, tcp, deployment(asks));
  expect(stdout).toMatch(
    /left out: \/outlierDetection: no pod is left out: the Service has one address for all its pods/,
  );
  expect(stdout).toMatch(/as is {3}queue: .*nothing is done with traffic that is not HTTP/);
  expect(stdout).toContain('as is   nowhere: it says nothing about its traffic\n');
  expect(stdout).not.toContain('queue/80');
});

test('explain says so where the profile does not act on what Services say', async () => {
  const objects = [NAMESPACE, service('inventory', {}), deployment(ASKS)];
  const { stdout } = await pillion(['explain', '-f', 'shop.yaml'], {
    files: { 'shop.yaml': objects.map((object) => stringify(object)).join('---\n') },
  });
  expect(stdout).toContain('as is   inventory: the profile has no feature Resilience\n');
});
