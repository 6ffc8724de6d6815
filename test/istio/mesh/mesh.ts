import { join } from 'node:path';
import { apiClient } from '../../cluster/api-client.ts';
import { eventually } from '../../cluster/eventually.ts';
import { askingPod, type PodJson } from '../../core-fixtures/pods.ts';
import { output } from '../../network/network-namespace.ts';
import { type ExecOutcome, runInContainer } from '../../node/exec.ts';
import { type NodeCluster, startNodeCluster } from '../../node/node-cluster.ts';
import type { PodWorker } from '../../node/pod-worker.ts';
import { byIstio, byPillion, containerOf, type Injector } from '../injected-pods.ts';
import { istioSources } from '../peer-programs.ts';
import { meshImages } from './images.ts';
import { ISTIO_NAMESPACE, ISTIOD } from './istiod.ts';
import { gatewayPod } from './pods.ts';

const CREATED = 201;
const CONFLICT = 409;

/** A real istiod, and pods whose proxies it configures. */
export interface Mesh {
  readonly cluster: NodeCluster;
  /**
   * Creates a pod and its ServiceAccount; resolves when it is ready.
   * @param inject makes the pod that is stored of the pod that the API server has completed; none leaves it alone
   */
  run(pod: PodJson, inject?: Injector): Promise<PodWorker>;
  /** Runs a command in a container of a pod. */
  exec(pod: PodWorker, container: string, command: readonly string[]): Promise<ExecOutcome>;
  /** What Envoy’s own interface in the pod answers. */
  envoy(pod: PodWorker, path: string): Promise<string>;
  apply(...objects: readonly object[]): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a control plane, a node that runs the pods of all namespaces, and istiod. */
export async function startMesh(): Promise<Mesh> {
  const proxies = await Promise.all([byPillion(askingPod(), 'any'), byIstio(gatewayPod('any', 'any', {}), 'any')]);
  const proxyImages = new Set(proxies.map((pod) => containerOf(pod, 'istio-proxy').image ?? ''));
  const cluster = await startNodeCluster({
    images: (guard) => meshImages(join(guard.folder, 'images'), proxyImages),
    namespaces: { [ISTIO_NAMESPACE]: {} },
    runs: 'all',
    services: true,
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
    const api = apiClient(cluster.controlPlane);
    /** What the API server makes of an object, or has there already. */
    const create = async (path: string, object: object) => {
      const { status, body } = await api.call('POST', path, object);
      if (![CREATED, CONFLICT].includes(status)) throw new Error(`POST ${path}: ${JSON.stringify(body)}`);
      return body;
    };
    const ready = (namespace: string, pod: string) =>
      kubectl(['wait', '--for=condition=Ready', `pod/${pod}`, '-n', namespace, '--timeout=180s']);

    const definitions = join(await istioSources(), 'manifests/charts/base/files/crd-all.gen.yaml');
    await kubectl(['apply', '--server-side', '-f', definitions]);
    await apply(...ISTIOD);
    await ready(ISTIO_NAMESPACE, 'istiod');
    return {
      cluster,
      apply,
      async run(pod, inject) {
        const { name, namespace } = pod.metadata as { readonly name: string; readonly namespace: string };
        const pods = `/api/v1/namespaces/${namespace}/pods`;
        const metadata = { name: pod.spec.serviceAccountName, namespace };
        await create(`/api/v1/namespaces/${namespace}/serviceaccounts`, { metadata });
        await eventually(`istiod has published its root certificate in ${namespace}`, async () => {
          const { status } = await api.call('GET', `/api/v1/namespaces/${namespace}/configmaps/istio-ca-root-cert`);
          return status === 200;
        });
        const { status: _, ...completed } = await create(`${pods}?dryRun=All`, pod);
        await create(pods, inject === undefined ? completed : await inject(completed as PodJson, namespace));
        await ready(namespace, name);
        const worker = cluster.node.pods(namespace).find((each) => each.name === name);
        if (worker) return worker;
        throw new Error(`the node does not run the pod ${name}`);
      },
      exec(pod, container, command) {
        const pid = pod.container(container)?.pid;
        if (pid === undefined) throw new Error(`the container ${container} of ${pod.name} does not run`);
        return runInContainer(pid, command);
      },
      envoy: (pod, path) => askEnvoy(pod, path),
      async stop() {
        api.close();
        await cluster.stop();
      },
    };
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

const GET = `fetch('http://127.0.0.1:15000' + process.argv[1]).then(async (answer) => process.stdout.write(await answer.text()))`;

/** From inside the pod’s network, where Envoy listens on loopback. */
function askEnvoy(pod: PodWorker, path: string): Promise<string> {
  const pid = pod.container('istio-proxy')?.pid;
  return output('nsenter', '--target', `${pid}`, '--net', process.execPath, '-e', GET, path);
}
