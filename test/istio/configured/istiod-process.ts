import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../../cluster/eventually.ts';
import { freePort } from '../../processes/free-port.ts';
import type { Guard } from '../../processes/guard.ts';
import { ISTIO_NAMESPACE } from '../mesh/istiod.ts';
import { findPeerPrograms } from '../peer-programs.ts';

const SHOWN_LINES = 20;
const LOOPBACK = '127.0.0.1';

/**
 * Starts an istiod as a process of this machine; resolves when it has read everything that the API server has, with the address at which
 * it answers proxies without asking who they are.
 * @param mesh its MeshConfig
 */
export async function startIstiod(guard: Guard, kubeconfig: string, mesh: object): Promise<string> {
  const { 'pilot-discovery': command } = await findPeerPrograms(['pilot-discovery']);
  const [grpc, http] = [await freePort(), await freePort()];
  const meshConfig = join(guard.folder, 'mesh.json');
  const log = join(guard.folder, 'istiod.log');
  await writeFile(meshConfig, JSON.stringify(mesh));
  const { exited } = await guard.start({
    command,
    args: [
      ...['discovery', `--kubeconfig=${kubeconfig}`, `--meshConfig=${meshConfig}`, '--domain=cluster.local'],
      ...[`--grpcAddr=${LOOPBACK}:${grpc}`, `--httpAddr=${LOOPBACK}:${http}`],
      ...['--httpsAddr=', '--secureGRPCAddr=', '--monitoringAddr=', '--ctrlz_port=0'],
    ],
    log,
    cwd: guard.folder,
    env: { POD_NAME: 'istiod', POD_NAMESPACE: ISTIO_NAMESPACE, CLUSTER_ID: 'Kubernetes', ...WITHOUT_WEBHOOKS },
  });
  let ended = false;
  void exited.then(() => {
    ended = true;
  });
  await eventually('istiod is ready', async () => {
    if (ended) throw new Error(`istiod ended while it started\n${await lastLines(log)}`);
    return fetch(`http://${LOOPBACK}:${http}/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  });
  return `${LOOPBACK}:${grpc}`;
}

const WITHOUT_WEBHOOKS = { INJECTION_WEBHOOK_CONFIG_NAME: '', VALIDATION_WEBHOOK_CONFIG_NAME: '' };

const lastLines = async (log: string): Promise<string> =>
  (await readFile(log, 'utf8')).trim().split('\n').slice(-SHOWN_LINES).join('\n');
