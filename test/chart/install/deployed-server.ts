import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Answer } from '../../cluster/api-client.ts';
import { eventually } from '../../cluster/eventually.ts';
import { startService } from '../../cluster/service.ts';
import { kubeconfig } from '../../controlplane/users.ts';
import { freePort } from '../../processes/free-port.ts';
import type { GuardedProcess } from '../../processes/guard.ts';
import { NAMESPACE } from '../helm-runs.ts';
import type { Installation } from './installation.ts';

const MAIN = fileURLToPath(new URL('../../../src/main.ts', import.meta.url));
// as the pods of the chart: they end only when their drain is over
const GRACE_MS = 30_000;

/** A replica that runs as the Deployment says. */
export interface Replica {
  readonly process: GuardedProcess;
  readonly port: number;
  readonly opsPort: number;
  /** Where it serves its dashboard, if it does. */
  readonly dashboardPort: number;
  /** Its records and its log. */
  readonly log: string;
}

/**
 * Stands in for the kubelet: runs replicas of the chart's Deployment on this machine, with its arguments and a token of its
 * ServiceAccount, so that the rights are the chart's. Only the address differs: no kube-proxy leads from a Service to a process of
 * this machine, so the API server is told a URL in its place.
 */
export interface DeployedServer {
  /** Where the API server is told to call. */
  readonly url: string;
  /** Starts a replica and resolves when it is ready. The last one to start gets the calls. */
  start(): Promise<Replica>;
  /** Sends calls to this replica. */
  route(replica: Replica): void;
  stop(): Promise<void>;
}

interface Container {
  readonly args: readonly string[];
}

/** @param more flags added to those of the Deployment */
export async function deployedServer(on: Installation, more: readonly string[] = []): Promise<DeployedServer> {
  const service = await startService();
  const running: Replica[] = [];
  let started = 0;
  const url = `https://127.0.0.1:${service.port}`;
  const route = ({ port }: Replica) => service.route(port);
  return {
    url,
    async start() {
      const name = `pillion-${++started}`;
      const [port, opsPort, dashboardPort] = [await freePort(), await freePort(), await freePort()];
      const folder = await mkdtemp(join(on.guard.folder, `${name}-`));
      const log = join(folder, 'log');
      const flags: Record<string, string> = {
        'webhook-url': url,
        host: '127.0.0.1',
        port: `${port}`,
        'ops-port': `${opsPort}`,
        kubeconfig: await serviceAccountKubeconfig(on, folder),
      };
      const deployed = await deployedArguments(on, name);
      const given = deployed.filter((flag) => !flag.startsWith('--webhook-service='));
      // replicas on one machine have no address of their own
      if (deployed.some((flag) => flag.startsWith('--dashboard-port='))) flags['dashboard-port'] = `${dashboardPort}`;
      const address = Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`);
      const args = [MAIN, ...given, ...address, ...more];
      const process_ = await on.guard.start({ command: process.execPath, args, log, graceMs: GRACE_MS });
      let ended = false;
      void process_.exited.then(() => {
        ended = true;
      });
      await eventually(`${name} is ready (its log: ${log})`, async () => {
        if (ended) throw new Error(`${name} ended while it started: read ${log}`);
        const answer = await fetch(`http://127.0.0.1:${opsPort}/readyz`).catch(() => undefined);
        await answer?.body?.cancel();
        return answer?.status === 200;
      });
      const replica = { process: process_, port, opsPort, dashboardPort, log };
      running.push(replica);
      route(replica);
      return replica;
    },
    route,
    async stop() {
      await Promise.all(running.map(({ process: replica }) => replica.stop()));
      await service.stop();
    },
  };
}

async function deployedArguments(on: Installation, pod: string): Promise<string[]> {
  const answer = await on.api.call('GET', `/apis/apps/v1/namespaces/${NAMESPACE}/deployments/pillion`);
  const { spec } = found(answer) as { spec: { template: { spec: { containers: [Container] } } } };
  const variables: Record<string, string> = { POD_NAME: pod, POD_NAMESPACE: NAMESPACE };
  return spec.template.spec.containers[0].args.map((arg) =>
    arg.replaceAll(/\$\(([A-Z_]+)\)/g, (whole, name: string) => variables[name] ?? whole),
  );
}

async function serviceAccountKubeconfig(on: Installation, folder: string): Promise<string> {
  const path = `/api/v1/namespaces/${NAMESPACE}/serviceaccounts/pillion/token`;
  const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} };
  const { status } = found(await on.api.call('POST', path, request)) as { status: { token: string } };
  const file = join(folder, 'kubeconfig');
  const user = { name: 'pillion', groups: [], token: status.token };
  await writeFile(file, kubeconfig(on.controlPlane.url, on.controlPlane.ca, [user]), { mode: 0o600 });
  return file;
}

function found({ status, body }: Answer): Record<string, unknown> {
  if (status >= 300) throw new Error(`the API server answered with ${status}: ${JSON.stringify(body)}`);
  return body;
}
