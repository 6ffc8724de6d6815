import { execFile } from 'node:child_process';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { V1Pod } from '@kubernetes/client-node';
import { askingPod, type Json } from '../core-fixtures/pods.ts';
import { containerOf, INJECTORS } from './injected-pods.ts';
import { findPeerPrograms } from './peer-programs.ts';

/** What Istio’s types and its agent understand of a pod: see peer/parsed. */
interface Understood {
  readonly status?: Json;
  readonly proxyConfig: Json;
  readonly metadata: Json;
  readonly podPorts: readonly Json[] | null;
  readonly probers?: Json;
  readonly prometheus?: Json;
}

let parsed: string;
beforeAll(async () => {
  ({ parsed } = await findPeerPrograms(['parsed']));
});

function understood(pod: V1Pod): Promise<Understood> {
  return new Promise((resolve, reject) => {
    const child = execFile(parsed, (error, stdout, stderr) =>
      error ? reject(new Error(stderr.trim())) : resolve(JSON.parse(stdout)),
    );
    child.stdin?.end(JSON.stringify(pod));
  });
}

const probe = (httpGet: Json) => ({ httpGet, timeoutSeconds: 3 });
const CONTAINER = {
  name: 'web',
  image: 'registry.example/web:1',
  ports: [
    { name: 'http', containerPort: 8080, protocol: 'TCP' },
    { name: 'dns', containerPort: 5353, protocol: 'UDP' },
  ],
  readinessProbe: probe({ path: '/ready', port: 'http', scheme: 'HTTP' }),
  livenessProbe: { tcpSocket: { port: 8080 }, timeoutSeconds: 1 },
  startupProbe: { grpc: { port: 9000 }, timeoutSeconds: 1 },
};
const EVERYTHING = {
  'prometheus.io/scrape': 'true',
  'prometheus.io/port': '9102',
  'prometheus.io/path': '/own',
  'proxy.istio.io/config':
    '{ "concurrency": 2, "proxyMetadata": { "ISTIO_META_COLOUR": "blue" }, "drainDuration": "7s" }',
};

describe.each(INJECTORS)('a pod by $by, read by Istio’s own types', ({ inject }) => {
  test('a pod that says nothing', async () => {
    const { status, proxyConfig, metadata, probers, prometheus } = await understood(await inject(askingPod(), 'shop'));
    expect(status?.volumes).toEqual(expect.arrayContaining(['istio-token', 'istiod-ca-cert', 'istio-podinfo']));
    expect(proxyConfig).toMatchObject({ discoveryAddress: 'istiod.istio-system.svc:15012', statusPort: 15020 });
    expect(metadata).toMatchObject({
      CLUSTER_ID: 'Kubernetes',
      INTERCEPTION_MODE: 'REDIRECT',
      MESH_ID: 'cluster.local',
    });
    expect([probers, prometheus]).toEqual([undefined, undefined]);
  });

  test('a pod that says much', async () => {
    const read = await understood(await inject(askingPod(EVERYTHING, { containers: [CONTAINER] }), 'shop'));
    expect(read.proxyConfig).toMatchObject({ concurrency: 2, drainDuration: '7s' });
    // ISTIO_META_* of the proxy's metadata, and what the injector adds of itself
    expect(read.metadata).toMatchObject({ APP_CONTAINERS: 'web', WORKLOAD_NAME: 'web' });
    expect(read.podPorts).toEqual([
      { name: 'http', containerPort: 8080, protocol: 'TCP' },
      { name: 'dns', containerPort: 5353, protocol: 'UDP' },
    ]);
    expect(read.probers).toEqual({
      '/app-health/web/readyz': { httpGet: { path: '/ready', port: 8080, scheme: 'HTTP' }, timeoutSeconds: 3 },
      '/app-health/web/livez': { tcpSocket: { port: 8080 }, timeoutSeconds: 1 },
      '/app-health/web/startupz': { grpc: { port: 9000, service: null }, timeoutSeconds: 1 },
    });
    expect(read.prometheus).toMatchObject({ scrape: 'true', port: '9102', path: '/own' });
  });

  test.each([
    ['PROXY_CONFIG', '{"concurrency": "many"}', /PROXY_CONFIG/],
    ['ISTIO_META_POD_PORTS', '[{"containerPort": "http"}]', /ISTIO_META/],
    ['ISTIO_KUBE_APP_PROBERS', '{"/elsewhere": {}}', /invalid path/],
    ['ISTIO_PROMETHEUS_ANNOTATIONS', '{"scrape":"true","port":"15020"}', /recursive loop/],
    ['ISTIO_METAJSON_ANNOTATIONS', '{"a"', /is no JSON/],
  ])('one whose %s is wrong is refused, so that the tests above can fail', async (name, value, message) => {
    const pod = await inject(askingPod(EVERYTHING, { containers: [CONTAINER] }), 'shop');
    const proxy = containerOf(pod, 'istio-proxy');
    proxy.env = [...(proxy.env ?? []).filter((variable) => variable.name !== name), { name, value }];
    await expect(understood(pod)).rejects.toThrow(message);
  });
});
