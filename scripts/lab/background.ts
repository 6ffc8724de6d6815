// `node scripts/lab/background.ts NAME`: the process that a lab lives in. It tells its starter over IPC how far it is, then
// answers on a Unix socket until SIGTERM.
import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { ENABLED, type Lab, startLab } from '../../test/lab/lab.ts';
import type { PodWorker } from '../../test/node/pod-worker.ts';
import type { Progress } from '../progress.mjs';
import { applyFiles } from './apply.ts';
import type { LabFiles } from './files.ts';
import { DEFAULT_NAME, type LabPod, type LabState, labFolder, stateFile } from './state.ts';

/** What it tells its starter. */
export type Said = { readonly note: string } | { readonly ready: LabState } | { readonly failed: string };

const say = (said: Said) => void process.send?.(said);

/** The starter shows it, on its own terminal. */
const progress: Progress = {
  note: (note) => say({ note }),
  step: (text) => ({
    update: () => {},
    done: (result = text) => say({ note: `✓ ${result}` }),
    failed: (result = text) => say({ note: `✗ ${result}` }),
  }),
};

const name = process.argv[2] ?? DEFAULT_NAME;
const folder = labFolder(name);
const socket = join(folder, 'lab.sock');

async function serve(lab: Lab): Promise<void> {
  await rm(socket, { force: true });
  const server = createServer((request, response) => {
    const answered =
      request.url === '/pods'
        ? Promise.resolve(lab.cluster.node.pods().map(podShown))
        : json(request).then((body) => applyFiles(lab, body as LabFiles));
    answered.then(
      (answer) => response.end(JSON.stringify(answer)),
      (error: Error) => {
        response.statusCode = 500;
        response.end(JSON.stringify({ message: error.message }));
      },
    );
  });
  server.listen(socket);
  await once(server, 'listening');
}

function podShown(worker: PodWorker): LabPod {
  const { metadata, spec, status } = worker.pod;
  return {
    namespace: metadata?.namespace ?? '',
    name: worker.name,
    phase: metadata?.deletionTimestamp ? 'Terminating' : (status?.phase ?? 'Pending'),
    ips: worker.ips,
    ...(worker.problem === undefined ? {} : { problem: worker.problem }),
    defaultContainer:
      metadata?.annotations?.['kubectl.kubernetes.io/default-container'] ?? spec?.containers[0]?.name ?? '',
    containers: worker.containers.map((container) => ({
      ...{ name: container.name, image: container.image, log: worker.logOf(container.name) },
      ...{ phase: container.state.phase, ready: container.state.ready, restarts: container.state.restarts },
      ...(container.pid === undefined ? {} : { pid: container.pid }),
      ...(container.state.problem === undefined ? {} : { problem: container.state.problem }),
    })),
  };
}

try {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const lab = await startLab({ progress });
  const { controlPlane } = lab.cluster;
  await lab.kubectl('label', 'namespace', 'default', ...Object.entries(ENABLED).map((pair) => pair.join('=')));
  await serve(lab);
  const state: LabState = { pid: process.pid, kubeconfig: controlPlane.kubeconfig, socket };
  await writeFile(stateFile(name), JSON.stringify(state));
  const end = async () => {
    await lab.stop();
    await rm(folder, { recursive: true, force: true });
    process.exit();
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => void end());
  say({ ready: state });
} catch (error) {
  say({ failed: (error as Error).message });
  process.exitCode = 1;
} finally {
  process.disconnect?.();
}
