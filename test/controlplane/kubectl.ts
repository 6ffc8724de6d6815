import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Files } from './files.ts';

const TIMEOUT_MS = 120_000;

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs kubectl against one control plane, untouched by the configuration and the cache of whoever runs the tests. */
export function runKubectl(kubectl: string, files: Files, args: readonly string[], stdin?: string): Promise<Outcome> {
  const env = {
    ...process.env,
    KUBECONFIG: files.kubeconfig,
    KUBECACHEDIR: join(files.folder, 'kubectl-cache'),
    KUBERC: 'off',
  };
  return new Promise((resolve, reject) => {
    const child = spawn(kubectl, args, { env, timeout: TIMEOUT_MS });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      stdout += chunk;
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      stderr += chunk;
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (signal !== null) stderr += `kubectl was ended by ${signal} (its limit here is ${TIMEOUT_MS / 1000} s)\n`;
      resolve({ code: code ?? -1, stdout, stderr });
    });
    // kubectl may end before it has read everything
    child.stdin.on('error', () => {});
    child.stdin.end(stdin ?? '');
  });
}
