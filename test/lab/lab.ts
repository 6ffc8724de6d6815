import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Progress } from '../../scripts/progress.mjs';
import { type PillionLauncher, type PillionProcess, pillionLauncher } from '../cluster/pillion-process.ts';
import { type PolicyChange, policyFile } from '../cluster/policy-file.ts';
import { webhookInForce } from '../cluster/registered.ts';
import { type ExecOutcome, runInContainer } from '../node/exec.ts';
import { type NodeCluster, startNodeCluster } from '../node/node-cluster.ts';
import type { PodWorker } from '../node/pod-worker.ts';
import { type LabImage, labImages } from './images.ts';

/** A control plane, Pillion with its built-in policy and profile unless told otherwise, and a node that runs the pods of all namespaces. */
export interface Lab {
  readonly cluster: NodeCluster;
  readonly pillion: PillionProcess;
  /** Applies objects; rejects with what kubectl said. */
  apply(...objects: readonly object[]): Promise<void>;
  /** Runs kubectl and returns what it printed; rejects when it fails. */
  kubectl(...args: readonly string[]): Promise<string>;
  /** A pod that runs; rejects when there is none of this name. */
  pod(namespace: string, name: string): PodWorker;
  /** Runs a command in a container of a pod. */
  exec(pod: PodWorker, container: string, command: readonly string[]): Promise<ExecOutcome>;
  stop(): Promise<void>;
}

export interface LabOptions {
  /** The labels of the namespaces that it begins with, by their names. */
  readonly namespaces?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** What its policy and profile have that the built-in ones have not. */
  readonly policy?: PolicyChange;
  /** Images beyond those that every lab has, since getting them takes long. */
  readonly images?: Readonly<Record<string, LabImage>>;
  readonly progress?: Progress;
}

/** The labels of a namespace whose pods get a sidecar when they ask. */
export const ENABLED = { 'istio-injection': 'enabled' } as const;

/** In which nothing runs: a pod is only tried there, until the webhook is called. */
const CANARY = 'pillion-canary';

/** Starts everything; resolves when pods are injected. Nothing is left of it when its starter ends, however that ends. */
export async function startLab({ namespaces = {}, policy, images = {}, progress }: LabOptions = {}): Promise<Lab> {
  const cluster = await startNodeCluster({
    images: (guard) => labImages(join(guard.folder, 'images'), images),
    namespaces: { ...namespaces, [CANARY]: ENABLED },
    runs: 'all',
    dualStack: true,
    services: true,
    ...(progress && { progress }),
  });
  const { controlPlane, node } = cluster;
  const launcher = await pillionLauncher(controlPlane);
  const stop = async () => {
    await Promise.all([launcher.guard.stop(), cluster.stop()]);
  };
  try {
    const args = policy === undefined ? [] : ['--policy', await policyIn(launcher, policy)];
    const pillion = await launcher.start({ register: 'https://127.0.0.1:PORT', args });
    await webhookInForce(controlPlane, CANARY);
    const run = async (args: readonly string[], stdin?: string) => {
      const { code, stdout, stderr } = await controlPlane.kubectl(args, stdin);
      if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`);
      return stdout;
    };
    return {
      cluster,
      pillion,
      async apply(...items) {
        await run(['apply', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
      },
      kubectl: (...args) => run(args),
      pod(namespace, name) {
        const found = node.pods(namespace).find((pod) => pod.name === name);
        if (found === undefined) throw new Error(`no pod ${name} runs in ${namespace}`);
        return found;
      },
      exec(pod, container, command) {
        const pid = pod.container(container)?.pid;
        if (pid === undefined) throw new Error(`the container ${container} of ${pod.name} does not run`);
        return runInContainer(pid, command);
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function policyIn({ guard }: PillionLauncher, change: PolicyChange): Promise<string> {
  const file = join(guard.folder, 'policy.yaml');
  await writeFile(file, policyFile(change));
  return file;
}
