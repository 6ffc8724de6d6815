import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { SystemPackages } from '../../test/needs/system-packages.ts';
import { NODE_COMMANDS } from '../../test/node/system-commands.ts';
import { requireNetworkNamespaces, TRAFFIC_COMMANDS } from '../../test/traffic/system-commands.ts';
import { withLock } from '../lock.mjs';
import { createProgress, type Progress } from '../progress.mjs';
import type { Applied } from './apply.ts';
import type { Said } from './background.ts';
import { readLabFiles } from './files.ts';
import { askLab, DEFAULT_NAME, type LabState, labFolder, runningLab } from './state.ts';

const BACKGROUND = fileURLToPath(new URL('./background.ts', import.meta.url));

/** What `lab up` has to tell. */
export interface BroughtUp extends Applied {
  /** How to go on; also where not everything runs, as the lab does. */
  readonly next: readonly string[];
}

/** Starts the lab when it does not run, and brings up what stands in the files. */
export async function up(name: string, paths: readonly string[]): Promise<BroughtUp> {
  const files = await readLabFiles(paths);
  const progress = createProgress();
  const lab = await startedLab(name, progress);
  const step = progress.step('applying the files and waiting until their pods are ready');
  const applied = await askLab<Applied>(lab, 'POST', '/files', files).catch(
    ({ message }: Error): Applied => ({ said: [], warnings: [], problem: message }),
  );
  if (applied.problem === undefined) step.done('pods ready');
  else step.failed('not everything runs');
  return { ...applied, next: [`export KUBECONFIG=${lab.kubeconfig}`, '', ...commands(name)] };
}

/** The lab of this name; started unless it runs. Whoever comes meanwhile waits for it, and has the same one. */
function startedLab(name: string, progress: Progress): Promise<LabState> {
  const onWait = (holder: string) => progress.note(`… ${holder} is starting this lab`);
  return withLock(`${labFolder(name)}.lock`, { onWait }, async () => {
    const running = await runningLab(name);
    if (running !== undefined) return running;
    await requireNetworkNamespaces();
    await new SystemPackages().require([...NODE_COMMANDS, ...TRAFFIC_COMMANDS], progress);
    const step = progress.step('starting the lab: control plane, Pillion, node');
    const lab = await startInBackground(name, progress.note).catch((error: unknown) => {
      step.failed('the lab has not started');
      throw error;
    });
    step.done('lab ready');
    return lab;
  });
}

function commands(name: string): readonly string[] {
  const named = name === DEFAULT_NAME ? '' : ` --name ${name}`;
  return [
    `npm run lab -- ps${named}`,
    `npm run lab -- exec POD${named} -- node /app/call.mjs http http://SERVICE/`,
    `npm run lab -- logs POD${named}`,
    `npm run lab -- down${named}`,
  ];
}

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
