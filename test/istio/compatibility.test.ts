import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '../cluster/eventually.ts';
import { call } from '../lab/counted.ts';
import type { PodWorker } from '../node/pod-worker.ts';
import { byPillion } from './injected-pods.ts';
import { SECURE_IMAGE } from './mesh/images.ts';
import { type Mesh, startMesh } from './mesh/mesh.ts';
import { applicationPod } from './mesh/pods.ts';

// what checks of compatibility say of Istio’s proxy, shown on it: src/core/compatibility names these tests
const NAMESPACE = 'shop';

let mesh: Mesh;
let client: PodWorker;
let server: PodWorker;

const service = (name: string, app: string, spec: object) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: NAMESPACE },
  spec: { selector: { app }, ...spec },
});

const secureOn = (port: string) =>
  service('secure', 'secure', { ports: [{ name: port, port: 443, targetPort: 8443 }] });

function securePod() {
  const pod = applicationPod(NAMESPACE, 'secure');
  const containers = [{ name: 'app', image: SECURE_IMAGE, ports: [{ containerPort: 8443 }] }];
  return { ...pod, spec: { ...pod.spec, containers } };
}

beforeAll(async () => {
  mesh = await startMesh();
  await mesh.cluster.controlPlane.createNamespace(NAMESPACE, { 'istio-injection': 'enabled' });
  await mesh.apply(
    service('server', 'server', { ports: [{ name: 'http', port: 80, targetPort: 8080 }] }),
    secureOn('http-secure'),
  );
  server = await mesh.run(applicationPod(NAMESPACE, 'server'), byPillion);
  await mesh.run(securePod(), byPillion);
  client = await mesh.run(applicationPod(NAMESPACE, 'client'), byPillion);
});

afterAll(async () => mesh?.stop());

test('a client of HTTP/1.0 is answered 426 by the sidecar, and one of HTTP/1.1 by the server', async () => {
  const ask = (version: string) =>
    call(mesh, client, 'tcp', `server.${NAMESPACE}.svc`, '80', `GET / HTTP/${version}\r\nHost: server\r\n\r\n`);
  expect((await ask('1.0')).received).toMatch(/^HTTP\/1\.[01] 426 /);
  expect((await ask('1.1')).received).toMatch(/^HTTP\/1\.1 200 /);
});

test('a TLS handshake ends at a port that is declared as HTTP, and reaches the server once it is not', async () => {
  const ask = () => call(mesh, client, 'https', `https://secure.${NAMESPACE}.svc/`);
  expect(await ask()).toEqual({ error: expect.any(String) });
  await mesh.apply(secureOn('tcp-secure'));
  await eventually('the server is reached', async () => (await ask()).status === 200);
});

test('a call to a pod by its own address is refused where mutual TLS is STRICT, until a headless Service lists the port', async () => {
  const ask = () => call(mesh, client, 'http', `http://${server.ip}:8080/`);
  expect(await ask()).toMatchObject({ status: 200 });
  await mesh.apply({
    apiVersion: 'security.istio.io/v1',
    kind: 'PeerAuthentication',
    metadata: { name: 'server', namespace: NAMESPACE },
    spec: { selector: { matchLabels: { app: 'server' } }, mtls: { mode: 'STRICT' } },
  });
  await eventually('the call is refused', async () => (await ask()).status !== 200);
  await mesh.apply(
    service('pods', 'server', { clusterIP: 'None', ports: [{ name: 'tcp', port: 8080, targetPort: 8080 }] }),
  );
  await eventually('the call is answered', async () => (await ask()).status === 200);
});
