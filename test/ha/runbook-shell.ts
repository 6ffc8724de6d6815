import { execFile } from 'node:child_process';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findPrograms } from '../controlplane/find.ts';
import type { Outcome } from '../controlplane/kubectl.ts';
import { findHelm } from '../tools/helm.ts';
import type { Installation } from './installation.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

const WITHIN_MS = 240_000;

/** Runs commands as an operator types them: bash, with kubectl, helm and pillion on its PATH, as the cluster's administrator. */
export interface RunbookShell {
  /** Runs the commands one after the other, until one fails. */
  run(commands: string): Promise<Outcome>;
}

/** @param variables what the operator has set before */
export async function runbookShell(
  { controlPlane, guard }: Installation,
  variables: Readonly<Record<string, string>>,
): Promise<RunbookShell> {
  const folder = join(guard.folder, 'operator');
  await mkdir(folder);
  const { kubectl } = await findPrograms();
  await symlink(kubectl, join(folder, 'kubectl'));
  await symlink(await findHelm(4), join(folder, 'helm'));
  const env = {
    ...process.env,
    ...variables,
    PATH: `${folder}:${process.env.PATH}`,
    HOME: folder,
    KUBECONFIG: controlPlane.kubeconfig,
    KUBERC: 'off',
    NODE: process.execPath,
    MAIN,
  };
  const pillion = 'pillion() { "$NODE" "$MAIN" "$@"; }';
  return {
    run: (commands) =>
      new Promise((resolve) => {
        const args = ['-euo', 'pipefail', '-c', `${pillion}\n${commands}`];
        execFile('bash', args, { env, timeout: WITHIN_MS }, (error, stdout, stderr) => {
          const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
          resolve({ code, stdout, stderr });
        });
      }),
  };
}
