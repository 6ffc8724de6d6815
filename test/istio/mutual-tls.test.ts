import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '../cluster/eventually.ts';
import { call } from '../lab/counted.ts';
import type { PodWorker } from '../node/pod-worker.ts';
import { byPillion } from './injected-pods.ts';
import { type Mesh, startMesh } from './mesh/mesh.ts';
import { applicationPod } from './mesh/pods.ts';

const NAMESPACE = 'shop';
const SERVER_URL = `http://server.${NAMESPACE}.svc/`;
const identity = (name: string) => `spiffe://cluster.local/ns/${NAMESPACE}/sa/${name}`;

let mesh: Mesh;
let client: PodWorker;
let server: PodWorker;

beforeAll(async () => {
  mesh = await startMesh();
  await mesh.cluster.controlPlane.createNamespace(NAMESPACE, { 'istio-injection': 'enabled' });
  await mesh.apply({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'server', namespace: NAMESPACE },
    spec: { selector: { app: 'server' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
  });
  server = await mesh.run(applicationPod(NAMESPACE, 'server'), byPillion);
  client = await mesh.run(applicationPod(NAMESPACE, 'client'), byPillion);
});

afterAll(async () => mesh?.stop());

/** Calls the application of a pod from the machine, which is not in the mesh. */
const outsider = async ({ ip }: PodWorker) => (await fetch(`http://${ip}:8080/`)).json();

test('the sidecar has a certificate of istiod, and its clusters and listeners', async () => {
  const certificates = JSON.parse(await mesh.envoy(client, '/certs')) as {
    readonly certificates: readonly {
      readonly cert_chain: readonly { readonly subject_alt_names: readonly { readonly uri?: string }[] }[];
    }[];
  };
  const names = certificates.certificates.flatMap((each) => each.cert_chain.flatMap((one) => one.subject_alt_names));
  expect(names.map(({ uri }) => uri)).toContain(identity('client'));
  expect(await mesh.envoy(client, '/clusters')).toContain(`outbound|80||server.${NAMESPACE}.svc.cluster.local::`);
  const listeners = await mesh.envoy(client, '/listeners');
  expect(listeners).toMatch(/virtualOutbound::.*:15001/);
  expect(listeners).toMatch(/virtualInbound::.*:15006/);
});

test('a call to another pod goes over mutual TLS', async () => {
  const { status, body } = await call(mesh, client, 'http', SERVER_URL);
  expect(status).toBe(200);
  // the server's Envoy writes down whose certificate it has verified
  const seen = JSON.parse(String(body)).headers['x-forwarded-client-cert'];
  expect(seen).toContain(`By=${identity('server')}`);
  expect(seen).toContain(`URI=${identity('client')}`);
});

test('who is not in the mesh has no certificate to show, and is kept out once it is asked for', async () => {
  const plain = (await outsider(server)) as { readonly headers: object };
  expect(plain.headers).not.toHaveProperty('x-forwarded-client-cert');
  await mesh.apply({
    apiVersion: 'security.istio.io/v1',
    kind: 'PeerAuthentication',
    metadata: { name: 'server', namespace: NAMESPACE },
    spec: { selector: { matchLabels: { app: 'server' } }, mtls: { mode: 'STRICT' } },
  });
  await eventually('the server refuses plain calls', () =>
    outsider(server).then(
      () => false,
      () => true,
    ),
  );
  expect((await call(mesh, client, 'http', SERVER_URL)).status).toBe(200);
});
