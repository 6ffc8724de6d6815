import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { eventually } from '../cluster/eventually.ts';
import { webhookInForce } from '../cluster/registered.ts';
import { layOut } from '../image/layout.ts';
import { type NodeCluster, startNodeCluster } from '../node/node-cluster.ts';
import type { PodWorker } from '../node/pod-worker.ts';
import { findHelm } from '../tools/helm.ts';

const run = promisify(execFile);

const CHART = fileURLToPath(new URL('../../charts/pillion', import.meta.url));
const NAMESPACE = 'pillion-system';
const ENABLED = { 'istio-injection': 'enabled' };
const IMAGE = { repository: 'registry.example/pillion', tag: 'test' };

/** Pillion as its users install it: the chart's own objects, run from the image's files. */
export interface Installation extends NodeCluster {
  /** The replicas that the node runs now, also those that are ending. */
  replicas(): readonly PodWorker[];
  /** Runs kubectl in Pillion's namespace and returns what it printed; rejects with what it complained about. */
  kubectl(...args: readonly string[]): Promise<string>;
  /** Resolves when the Deployment is as it was told, and no other replica is left. */
  settled(): Promise<void>;
  /** The last lines of each replica's own log, without the decision records. */
  logs(): Promise<string>;
}

/**
 * Installs the chart by Helm; resolves when it is ready and pods of the first of these namespaces are injected.
 * @param namespaces namespaces that opt in, for the pods of the tests
 */
export async function startInstallation(values: object, namespaces: readonly string[]): Promise<Installation> {
  const helm = await findHelm(4);
  const cluster = await startNodeCluster({
    images: async ({ folder }) => ({ [`${IMAGE.repository}:${IMAGE.tag}`]: await layOut('runtime', folder) }),
    namespaces: { [NAMESPACE]: {}, ...Object.fromEntries(namespaces.map((name) => [name, ENABLED])) },
    runs: [NAMESPACE],
  });
  const { controlPlane, guard, node } = cluster;
  const replicas = () => node.pods(NAMESPACE);
  const kubectl = async (...args: readonly string[]) => {
    const { code, stdout, stderr } = await controlPlane.kubectl(['--namespace', NAMESPACE, ...args]);
    if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`);
    return stdout;
  };
  const settled = async () => {
    await kubectl('rollout', 'status', 'deployment/pillion', '--timeout=180s');
    const wanted = Number(await kubectl('get', 'deployment/pillion', '-o', 'jsonpath={.spec.replicas}'));
    await eventually('only the wanted replicas are left', () => replicas().length === wanted);
  };
  const logs = async () => (await Promise.all(replicas().map(logOf))).join('\n');
  try {
    const file = join(guard.folder, 'values.json');
    await writeFile(file, JSON.stringify({ image: IMAGE, ...values }));
    const where = ['--namespace', NAMESPACE, '--kubeconfig', controlPlane.kubeconfig];
    await run(helm, ['install', 'pillion', CHART, ...where, '--values', file], {
      env: { ...process.env, HOME: guard.folder },
    });
    await settled();
    await webhookInForce(controlPlane, namespaces[0] ?? 'default');
  } catch (error) {
    const said = await logs();
    await cluster.stop();
    throw new Error(`Pillion could not be installed; the logs of its replicas:\n${said}`, { cause: error });
  }
  return { ...cluster, replicas, kubectl, settled, logs };
}

const SHOWN = 15;

async function logOf(replica: PodWorker): Promise<string> {
  const text = await readFile(replica.logOf('pillion'), 'utf8').catch(() => '(no log yet)');
  const lines = text.split('\n').filter((line) => !line.includes('"verdict"'));
  const status = JSON.stringify(replica.pod.status?.containerStatuses ?? replica.pod.status);
  return [`${replica.name} ${status}`, ...lines.slice(-SHOWN)].join('\n');
}
