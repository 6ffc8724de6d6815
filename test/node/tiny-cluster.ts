import { join } from 'node:path';
import { type NodeCluster, startNodeCluster } from './node-cluster.ts';
import { nodeImage } from './node-image.ts';
import type { PodWorker } from './pod-worker.ts';
import { TINY_SERVER } from './tiny-server.ts';

const TINY = 'registry.example/tiny:1';
export const NAMESPACE = 'web';

/** A cluster whose node has the tiny image. */
export function startTinyCluster(): Promise<NodeCluster> {
  return startNodeCluster({
    namespaces: { [NAMESPACE]: {} },
    runs: [NAMESPACE],
    images: async (guard) => ({
      [TINY]: await nodeImage(join(guard.folder, 'tiny'), { 'server.mjs': TINY_SERVER }, ['/app/server.mjs']),
    }),
  });
}

/** Applies objects and rejects with what kubectl said when it did not. */
export async function applied({ controlPlane }: NodeCluster, ...objects: readonly object[]): Promise<void> {
  const list = { apiVersion: 'v1', kind: 'List', items: objects };
  const { code, stderr } = await controlPlane.kubectl(['apply', '-f', '-'], JSON.stringify(list));
  if (code !== 0) throw new Error(stderr);
}

/** A pod template with one container of the tiny image. */
function tinyTemplate(app: string, container: object = {}, spec: object = {}): object {
  return {
    metadata: { labels: { app } },
    spec: {
      terminationGracePeriodSeconds: 2,
      ...spec,
      containers: [{ name: 'app', image: TINY, ports: [{ name: 'http', containerPort: 8080 }], ...container }],
    },
  };
}

export function tinyDeployment(app: string, replicas: number, container?: object, spec?: object): object {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: app, namespace: NAMESPACE },
    spec: { replicas, selector: { matchLabels: { app } }, template: tinyTemplate(app, container, spec) },
  };
}

export function tinyPod(name: string, container?: object, spec?: object): object {
  const template = tinyTemplate(name, container, spec) as { readonly metadata: object };
  const metadata = { ...template.metadata, name, namespace: NAMESPACE };
  return { apiVersion: 'v1', kind: 'Pod', ...template, metadata };
}

/** The pods of an application that the node runs now. */
export const podsOf = ({ node }: NodeCluster, app: string): PodWorker[] =>
  node.pods(NAMESPACE).filter(({ pod }) => pod.metadata?.labels?.app === app);

/** Runs kubectl in the namespace and returns what it printed. */
export async function kubectl({ controlPlane }: NodeCluster, ...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await controlPlane.kubectl(['--namespace', NAMESPACE, ...args]);
  if (code !== 0) throw new Error(stderr);
  return stdout;
}
