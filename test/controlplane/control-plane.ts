import { readFile, writeFile } from 'node:fs/promises';
import { createProgress, type Progress } from '../../scripts/progress.mjs';
import { type GuardedProcess, openGuard } from '../processes/guard.ts';
import { callApi } from './api.ts';
import { apiServerArguments, controllerManagerArguments, etcdArguments } from './arguments.ts';
import { type Component, logTail, startComponent, startOnFreePort, waitUntilReady } from './components.ts';
import { readCa, writeFiles } from './files.ts';
import { findPrograms } from './find.ts';
import { type Outcome, runKubectl } from './kubectl.ts';
import { adminBinding, kubeconfig, user } from './users.ts';

const SERVICE_ACCOUNT_MS = 90_000;

export interface ControlPlaneOptions {
  /** the folder beside this file whose go.mod pins Kubernetes; unless told, what PILLION_KUBERNETES says */
  readonly kubernetes?: string;
  /** flags added to kube-apiserver's */
  readonly apiServerArgs?: readonly string[];
  /** leave it running when the starter ends; `stopCommand` ends it */
  readonly keep?: boolean;
  readonly progress?: Progress;
}

/** A real etcd, kube-apiserver and kube-controller-manager on loopback. Pods are stored, never run: there is no scheduler. */
export interface ControlPlane {
  readonly url: string;
  readonly ca: string;
  /** contexts `admin` (system:masters, current) and `alice` (group developers, may do everything) */
  readonly kubeconfig: string;
  readonly tokens: { readonly admin: string; readonly alice: string };
  /** JSON lines: metadata and webhook annotations of writes to pods, namespaces and workloads */
  readonly auditLog: string;
  /** the temporary folder that holds all files and is removed at the end */
  readonly folder: string;
  /** as they are now: a restart changes them */
  readonly pids: Readonly<Record<Component | 'guardian', number>>;
  /** a shell command that ends it and removes its files */
  readonly stopCommand: string;
  /** Rejects only when kubectl cannot be started. `--context=alice` acts as the second user. */
  kubectl(args: readonly string[], stdin?: string): Promise<Outcome>;
  /** Makes a namespace, and waits until pods can be created in it. */
  createNamespace(name: string, labels?: Record<string, string>): Promise<void>;
  /** Resolves when the namespace has its `default` ServiceAccount, without which the API server refuses pods. */
  waitForServiceAccount(namespace: string): Promise<void>;
  /** Kills kube-apiserver and starts it again on the same port and data; resolves when it is ready. */
  restartApiServer(): Promise<void>;
  /** The last lines of a component's log. */
  logs(component: Component): Promise<string>;
  stop(): Promise<void>;
}

/**
 * Starts a control plane and waits until a pod can be created in the namespace `default`. It ends with `stop()`, and otherwise with
 * the process that started it. Rejects with MissingNeed when its programs have to be built and there is no Go, and with an
 * Error that shows the log of the component that did not start.
 */
export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const progress = options.progress ?? createProgress();
  const programs = await findPrograms({ progress, ...(options.kubernetes && { kubernetes: options.kubernetes }) });
  const step = progress.step('starting etcd, kube-apiserver and kube-controller-manager (about 6 s)');
  const guard = await openGuard();
  try {
    const admin = user('admin', ['system:masters']);
    const alice = user('alice', ['developers']);
    const users = [admin, alice];
    const files = await writeFiles(guard.folder, users);
    let ca = '';
    const api = (port: number) => ({ url: `https://127.0.0.1:${port}`, ca, token: admin.token });
    const readyz = async (port: number) => {
      ca = (await readCa(files)) ?? '';
      return ca !== '' && (await callApi(api(port), 'GET', '/readyz')).status === 200;
    };

    const etcd = await startOnFreePort(
      guard,
      files,
      'etcd',
      programs.etcd,
      (port) => etcdArguments(files, port),
      // asking the port could be answered by another etcd that was faster to take it
      async () => (await readFile(files.log('etcd'), 'utf8')).includes('serving client traffic'),
    );
    const apiServerArgs = (port: number) => apiServerArguments(files, port, etcd.port, options.apiServerArgs ?? []);
    const apiServer = await startOnFreePort(
      guard,
      files,
      'kube-apiserver',
      programs['kube-apiserver'],
      apiServerArgs,
      readyz,
    );
    const { url } = api(apiServer.port);
    await writeFile(files.ca, ca);
    await writeFile(files.kubeconfig, kubeconfig(url, ca, users), { mode: 0o600 });
    const start = (component: Component, args: readonly string[]) =>
      startComponent(guard, files, component, programs[component], args);
    const controllers = await start('kube-controller-manager', controllerManagerArguments(files));
    let running: GuardedProcess = apiServer.started;

    const post = async (path: string, body: object) => {
      const answer = await callApi(api(apiServer.port), 'POST', path, body);
      if (answer.status !== 201) throw new Error(`POST ${path} was answered with ${answer.status}: ${answer.body}`);
    };
    const waitForServiceAccount = async (namespace: string) => {
      const path = `/api/v1/namespaces/${namespace}/serviceaccounts/default`;
      const deadline = Date.now() + SERVICE_ACCOUNT_MS;
      while ((await callApi(api(apiServer.port), 'GET', path)).status !== 200) {
        if (Date.now() > deadline) {
          throw new Error(
            `no default ServiceAccount in ${namespace} after ${SERVICE_ACCOUNT_MS / 1000} s: read the controllers' last lines\n${await logTail(files, 'kube-controller-manager')}`,
          );
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    };
    await post('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', adminBinding(alice.name));
    await waitForServiceAccount('default');
    if (options.keep) await guard.keep();
    step.done('control plane ready');

    return {
      url,
      ca,
      kubeconfig: files.kubeconfig,
      tokens: { admin: admin.token, alice: alice.token },
      auditLog: files.auditLog,
      folder: files.folder,
      get pids() {
        return {
          guardian: guard.pid,
          etcd: etcd.started.pid,
          'kube-apiserver': running.pid,
          'kube-controller-manager': controllers.pid,
        };
      },
      stopCommand: `kill ${guard.pid}`,
      kubectl: (args, stdin) => runKubectl(programs.kubectl, files, args, stdin),
      async createNamespace(name, labels = {}) {
        await post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } });
        await waitForServiceAccount(name);
      },
      waitForServiceAccount,
      async restartApiServer() {
        await running.stop();
        running = await start('kube-apiserver', apiServerArgs(apiServer.port));
        await waitUntilReady(files, 'kube-apiserver', running, () => readyz(apiServer.port));
      },
      logs: (component) => logTail(files, component),
      stop: () => guard.stop(),
    };
  } catch (error) {
    step.failed('the control plane did not start');
    await guard.stop();
    throw error;
  }
}
