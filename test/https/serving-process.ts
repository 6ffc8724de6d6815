import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { issueSelfSigned } from '../../src/cluster/certificates/self-signed.ts';
import { freePort } from '../processes/free-port.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** What `pillion serve` needs to start where there is no cluster. */
export interface ServeFiles {
  readonly folder: string;
  readonly flags: readonly string[];
  /** Whom a client has to trust. */
  readonly authority: string;
  remove(): Promise<void>;
}

export async function serveFiles(): Promise<ServeFiles> {
  const folder = await mkdtemp(join(tmpdir(), 'pillion-serve-'));
  const { authority, pair } = await issueSelfSigned({ names: ['localhost', '127.0.0.1'], now: new Date() });
  const files = { certificate: pair.certificate, key: pair.key, kubeconfig: await unreachableCluster() };
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  const flags = [
    ...Object.keys(files).flatMap((name) => [`--${name}`, join(folder, name)]),
    ...['--host', '127.0.0.1', '--drain-seconds', '0'],
  ];
  return { folder, flags, authority, remove: () => rm(folder, { recursive: true, force: true }) };
}

async function unreachableCluster(): Promise<string> {
  const cluster = { name: 'gone', cluster: { server: `https://127.0.0.1:${await freePort()}` } };
  const context = { name: 'gone', context: { cluster: 'gone', user: 'nobody' } };
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [cluster],
    contexts: [context],
    users: [{ name: 'nobody', user: { token: 'none' } }],
    'current-context': 'gone',
  });
}

/** @param outputs where its records and its log go: file descriptors, or pipes that the child’s `stdout` and `stderr` read */
export function serve(args: readonly string[], outputs: { readonly stdout?: number; readonly stderr?: number } = {}) {
  const { stdout = 'pipe', stderr = 'pipe' } = outputs;
  const child = spawn(process.execPath, [MAIN, 'serve', ...args], { stdio: ['ignore', stdout, stderr] });
  const exit = once(child, 'exit') as Promise<[number | null, string | null]>;
  return { child, exit, stderr: child.stderr === null ? Promise.resolve('') : text(child.stderr) };
}
