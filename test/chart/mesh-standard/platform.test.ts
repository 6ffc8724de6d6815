import { expect, test } from '@jest/globals';
import { type ChartObject, HELMS, objectsIn } from '../helm-runs.ts';
import { meshTemplateOf, withFiles } from './mesh-chart.ts';

const VALUES = {
  service: { name: 'catalog', port: 8080 },
  environment: 'staging',
  dependsOn: ['inventory'],
  expose: [{ hosts: ['shop.example.com'] }, { hosts: ['secure.example.com'], tls: { mode: 'simple', secret: 's' } }],
};

async function rendered(files: Readonly<Record<string, string>>): Promise<ReadonlyMap<string, ChartObject>> {
  const { code, stdout, stderr } = await withFiles(files, (chart) => meshTemplateOf(4, VALUES, chart));
  if (code !== 0) throw new Error(stderr);
  return new Map(objectsIn(stdout).map((object) => [`${object.kind} ${object.metadata.name}`, object]));
}

test('what the platform team writes into files/defaults.yaml counts for every service', async () => {
  const defaults = {
    meshVersion: 1,
    defaults: { timeout: '7s', telemetry: { accessLog: 'all' } },
    environments: { staging: { timeout: '8s', tls: { mode: 'mesh' } } },
  };
  const objects = await rendered({ 'defaults.yaml': JSON.stringify(defaults) });
  const { http } = objects.get('VirtualService catalog')?.spec ?? {};
  expect(http).toEqual([expect.objectContaining({ timeout: '8s', retries: { attempts: 0 } })]);
  // of the features that nobody switched on there is no block
  expect(objects.get('DestinationRule catalog')?.spec.trafficPolicy).toEqual({ tls: { mode: 'ISTIO_MUTUAL' } });
  expect(objects.get('PeerAuthentication catalog')?.spec.mtls).toEqual({ mode: 'STRICT' });
});

test('defaults that say nothing leave every feature off: there is neither a timeout nor a DestinationRule', async () => {
  const objects = await rendered({ 'defaults.yaml': 'meshVersion: 1\n' });
  expect([...objects.keys()].sort()).toEqual([
    'Gateway catalog',
    'Sidecar catalog',
    'Telemetry catalog',
    'VirtualService catalog',
    'VirtualService catalog.secure.example.com',
    'VirtualService catalog.shop.example.com',
  ]);
  const [route, ...others] = objects.get('VirtualService catalog')?.spec.http ?? [];
  expect(others).toEqual([]);
  expect(Object.keys(route).sort()).toEqual(['match', 'name', 'retries', 'route']);
  expect(objects.get('Telemetry catalog')?.spec).toMatchObject({
    accessLogging: [{ disabled: true }],
    tracing: [{ disableSpanReporting: true }],
  });
});

test('what the installation is like stands in files/installation.yaml', async () => {
  const installation = {
    clusterDomain: 'corp.example',
    systemNamespace: 'mesh-system',
    gateway: { selector: { app: 'front' }, httpPort: 8080, httpsPort: 8443 },
    accessLogProvider: 'otel',
    podKey: 'example.com/inject',
  };
  const objects = await rendered({ 'installation.yaml': JSON.stringify(installation) });
  const host = 'catalog.shop.svc.corp.example';
  expect(objects.get('VirtualService catalog')?.spec.hosts).toEqual([host]);
  expect(objects.get('DestinationRule catalog')?.spec.host).toBe(host);
  expect(objects.get('Sidecar catalog')?.spec.egress).toEqual([
    { hosts: ['mesh-system/*', 'shop/inventory.shop.svc.corp.example'] },
  ]);
  const { selector, servers } = objects.get('Gateway catalog')?.spec ?? {};
  expect([selector, servers.map((server: { port: object }) => server.port)]).toEqual([
    { app: 'front' },
    [
      { number: 8080, name: 'http-0', protocol: 'HTTP' },
      { number: 8443, name: 'https-1', protocol: 'HTTPS' },
    ],
  ]);
  expect(objects.get('Telemetry catalog')?.spec.accessLogging[0].providers).toEqual([{ name: 'otel' }]);
});

test.each([
  ['defaults.yaml', 'defaults: {timeout: [\n'],
  ['defaults.yaml', ''],
  ['installation.yaml', '- a list\n'],
])('%s that cannot be read is refused with its name: %j', async (name, text) => {
  for (const major of HELMS) {
    const { code, stdout, stderr } = await withFiles({ [name]: text }, (chart) => meshTemplateOf(major, VALUES, chart));
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(`files/${name} of the chart mesh-standard cannot be read`);
  }
});
