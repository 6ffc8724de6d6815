import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { issueSelfSigned } from '../../src/cluster/certificates/self-signed.ts';
import type { ControlPlane } from '../controlplane/control-plane.ts';
import { freePort } from '../processes/free-port.ts';
import { type Guard, type GuardedProcess, openGuard } from '../processes/guard.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** A running `pillion serve`. */
export interface PillionProcess {
  readonly process: GuardedProcess;
  readonly port: number;
  readonly opsPort: number;
  /** File with its records and its log. */
  readonly log: string;
}

/** Starts `pillion serve` processes against one control plane, all with one certificate, all ended with the guard. */
export interface PillionLauncher {
  readonly guard: Guard;
  /** What a client of the webhook has to trust. */
  readonly authority: string;
  /**
   * Starts one process and resolves when it is ready, or at once when it is not to be.
   * @param register the URL to register with the API server, or nothing
   */
  start(options: PillionStart): Promise<PillionProcess>;
}

export interface PillionStart {
  readonly register?: string;
  readonly args?: readonly string[];
  /** Certificates of its own in place of the launcher's. */
  readonly selfSigned?: boolean;
  /** It cannot be ready yet: nobody waits for that. */
  readonly notReady?: boolean;
  /** Arguments of Node itself. */
  readonly nodeArgs?: readonly string[];
  /** The name of the pod that it stands for. */
  readonly pod?: string;
}

export async function pillionLauncher(controlPlane: ControlPlane): Promise<PillionLauncher> {
  const guard = await openGuard();
  const { authority, pair } = await issueSelfSigned({ names: ['127.0.0.1', 'localhost'], now: new Date() });
  const folder = join(guard.folder, 'pillion');
  await mkdir(folder);
  const files = { certificate: join(folder, 'tls.crt'), key: join(folder, 'tls.key'), ca: join(folder, 'ca.crt') };
  await writeFile(files.certificate, pair.certificate);
  await writeFile(files.key, pair.key, { mode: 0o600 });
  await writeFile(files.ca, authority);
  let started = 0;
  return {
    guard,
    authority,
    async start({ register, args = [], selfSigned = false, notReady = false, nodeArgs = [], pod }) {
      const [port, opsPort] = [await freePort(), await freePort()];
      const log = join(folder, `pillion-${++started}.log`);
      const flags: Record<string, string> = {
        ...(selfSigned ? {} : { certificate: files.certificate, key: files.key }),
        host: '127.0.0.1',
        port: String(port),
        'ops-port': String(opsPort),
        kubeconfig: controlPlane.kubeconfig,
        ...(register === undefined ? {} : { 'webhook-url': register.replace('PORT', String(port)) }),
        ...(register === undefined || selfSigned ? {} : { ca: files.ca }),
      };
      const command = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value]);
      const process_ = await guard.start({
        command: process.execPath,
        args: [...nodeArgs, MAIN, 'serve', ...command, ...(selfSigned ? ['--self-signed'] : []), ...args],
        log,
        graceMs: 15_000,
        ...(pod === undefined ? {} : { env: { POD_NAME: pod } }),
      });
      const launched = { process: process_, port, opsPort, log };
      if (notReady) return launched;
      const ended = process_.exited.then(async ({ code }) => {
        throw new Error(`pillion ended with ${code} before it was ready: ${await readFile(log, 'utf8')}`);
      });
      await Promise.race([ready(opsPort, log), ended]);
      return launched;
    },
  };
}

const READY_WITHIN_MS = 60_000;

async function ready(opsPort: number, log: string): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (Date.now() < deadline) {
    const answer = await fetch(`http://127.0.0.1:${opsPort}/readyz`).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`pillion was not ready after ${READY_WITHIN_MS / 1000} s; read ${log}`);
}
