import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { SystemPackages } from '../../test/needs/system-packages.ts';
import { NODE_COMMANDS } from '../../test/node/system-commands.ts';
import { requireNetworkNamespaces, TRAFFIC_COMMANDS } from '../../test/traffic/system-commands.ts';
import { createProgress } from '../progress.mjs';
import type { Said } from './background.ts';
import { readLabFiles } from './files.ts';
import { askLab, type LabState, runningLab } from './state.ts';

const BACKGROUND = fileURLToPath(new URL('./background.ts', import.meta.url));

/** Starts the lab when it does not run, and brings up what stands in the files. Resolves with what to tell the user. */
export async function up(name: string, paths: readonly string[]): Promise<readonly string[]> {
  const files = await readLabFiles(paths);
  const progress = createProgress();
  let lab = await runningLab(name);
  if (lab === undefined) {
    await requireNetworkNamespaces();
    await new SystemPackages().require([...NODE_COMMANDS, ...TRAFFIC_COMMANDS], progress);
    const step = progress.step('starting the lab: control plane, Pillion, node');
    lab = await startInBackground(name, progress.note).finally(() => step.done('lab ready'));
  }
  const step = progress.step('applying the files and waiting until their pods are ready');
  try {
    const said = await askLab<string>(lab, 'POST', '/files', files);
    step.done('pods ready');
    return [said.trim(), '', `export KUBECONFIG=${lab.kubeconfig}`, ...NEXT].filter(
      (line, index, all) => index > 0 || all.length === 0 || line !== '',
    );
  } catch (error) {
    step.failed('not everything runs');
    throw error;
  }
}

const NEXT = [
  '',
  'npm run lab -- ps',
  'npm run lab -- exec POD -- node /app/call.mjs http http://SERVICE/',
  'npm run lab -- logs POD',
  'npm run lab -- down',
];

/** The background process outlives this one; what it starts ends with it. */
async function startInBackground(name: string, note: (text: string) => void): Promise<LabState> {
  const child = fork(BACKGROUND, [name], { detached: true, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  const { promise, resolve, reject } = Promise.withResolvers<LabState>();
  child.on('message', (said: Said) => {
    if ('note' in said) note(said.note);
    else if ('ready' in said) resolve(said.ready);
    else reject(new Error(said.failed));
  });
  child.on('exit', (code) => reject(new Error(`the lab's background process ended with ${code} before it was ready`)));
  const interrupted = () => {
    child.kill('SIGKILL');
    process.exit(130);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, interrupted);
  try {
    const state = await promise;
    if (child.connected) await once(child, 'disconnect');
    child.unref();
    return state;
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, interrupted);
  }
}
