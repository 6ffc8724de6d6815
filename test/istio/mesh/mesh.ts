import { join } from 'node:path';
import { eventually } from '../../cluster/eventually.ts';
import { askingPod } from '../../core-fixtures/pods.ts';
import { output } from '../../network/network-namespace.ts';
import { type NodeCluster, startNodeCluster } from '../../node/node-cluster.ts';
import type { PodWorker } from '../../node/pod-worker.ts';
import { containerOf, type Injector } from '../injected-pods.ts';
import { istioSources } from '../peer-programs.ts';
import { APPLICATION_IMAGE, meshImages } from './images.ts';
import { ISTIO_NAMESPACE, ISTIOD } from './istiod.ts';

export const MESH_NAMESPACE = 'shop';

/** A real istiod, and pods whose sidecars it configures. */
export interface Mesh {
  readonly cluster: NodeCluster;
  /** Creates a pod with an application, a ServiceAccount and a Service of this name; resolves when it is ready. */
  run(name: string, calls?: readonly string[]): Promise<PodWorker>;
  /** What Envoy’s own interface in the pod answers. */
  envoy(pod: PodWorker, path: string): Promise<string>;
  apply(...objects: readonly object[]): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts a control plane, a node and istiod.
 * @param inject makes the pod that is stored of the pod that the API server has completed
 */
export async function startMesh(inject: Injector): Promise<Mesh> {
  const proxyImage = containerOf(await inject(askingPod(), MESH_NAMESPACE), 'istio-proxy').image ?? '';
  const cluster = await startNodeCluster({
    images: (guard) => meshImages(join(guard.folder, 'images'), proxyImage),
    namespaces: { [ISTIO_NAMESPACE]: {}, [MESH_NAMESPACE]: { 'istio-injection': 'enabled' } },
    runs: [ISTIO_NAMESPACE, MESH_NAMESPACE],
    // the first is that of tokens for the API server itself
    apiServerArgs: ['--api-audiences=https://kubernetes.default.svc,istio-ca'],
  });
  try {
    const kubectl = async (args: readonly string[], stdin?: string): Promise<string> => {
      const { code, stdout, stderr } = await cluster.controlPlane.kubectl(args, stdin);
      if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`);
      return stdout;
    };
    const apply = async (...items: readonly object[]) =>
      void (await kubectl(['apply', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items })));
    const ready = (namespace: string, pod: string) =>
      kubectl(['wait', '--for=condition=Ready', `pod/${pod}`, '-n', namespace, '--timeout=60s']);

    const definitions = join(await istioSources(), 'manifests/charts/base/files/crd-all.gen.yaml');
    await kubectl(['apply', '--server-side', '-f', definitions]);
    await apply(...ISTIOD);
    await ready(ISTIO_NAMESPACE, 'istiod');
    await eventually('istiod has published its root certificate', async () => {
      const args = ['get', 'configmap', 'istio-ca-root-cert', '-n', MESH_NAMESPACE];
      return (await cluster.controlPlane.kubectl(args)).code === 0;
    });
    const [istiod] = cluster.node.pods(ISTIO_NAMESPACE);
    return {
      cluster,
      apply,
      async run(name, calls = []) {
        await apply(serviceAccount(name), service(name));
        // there is no DNS: the pod knows whom it calls by name
        const addresses = await Promise.all(
          calls.map(async (other) => ({
            ip: await kubectl(['get', 'service', other, '-n', MESH_NAMESPACE, '-o', 'jsonpath={.spec.clusterIP}']),
            hostnames: [`${other}.${MESH_NAMESPACE}.svc`],
          })),
        );
        const hostAliases = [{ ip: istiod?.ip ?? '', hostnames: [`istiod.${ISTIO_NAMESPACE}.svc`] }, ...addresses];
        const args = ['create', '--dry-run=server', '-o', 'json', '-f', '-'];
        const { status: _, ...completed } = JSON.parse(
          await kubectl(args, JSON.stringify(application(name, hostAliases))),
        );
        await kubectl(['create', '-f', '-'], JSON.stringify(await inject(completed, MESH_NAMESPACE)));
        await ready(MESH_NAMESPACE, name);
        const worker = cluster.node.pods(MESH_NAMESPACE).find((pod) => pod.name === name);
        if (worker) return worker;
        throw new Error(`the node does not run the pod ${name}`);
      },
      envoy: (pod, path) => askEnvoy(pod, path),
      stop: () => cluster.stop(),
    };
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

const inMesh = (name: string) => ({ name, namespace: MESH_NAMESPACE });

const serviceAccount = (name: string) => ({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: inMesh(name) });

const service = (name: string) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: inMesh(name),
  spec: { selector: { app: name }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
});

const application = (name: string, hostAliases: readonly object[]) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { ...inMesh(name), labels: { app: name }, annotations: { 'sidecar.istio.io/inject': 'true' } },
  spec: {
    serviceAccountName: name,
    terminationGracePeriodSeconds: 0,
    hostAliases,
    containers: [
      {
        name: 'application',
        image: APPLICATION_IMAGE,
        ports: [{ name: 'http', containerPort: 8080 }],
        readinessProbe: { httpGet: { path: '/ready', port: 'http' }, periodSeconds: 1 },
      },
    ],
  },
});

const GET = `fetch('http://127.0.0.1:15000' + process.argv[1]).then(async (answer) => process.stdout.write(await answer.text()))`;

/** From inside the pod’s network, where Envoy listens on loopback. */
function askEnvoy(pod: PodWorker, path: string): Promise<string> {
  const pid = pod.container('istio-proxy')?.pid;
  return output('nsenter', '--target', `${pid}`, '--net', process.execPath, '-e', GET, path);
}
