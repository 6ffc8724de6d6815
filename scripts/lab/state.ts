import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { Fault } from '../../src/core/problem/faults.ts';
import { quoted } from '../../src/core/problem/quoted.ts';
import { cacheFolder } from '../../test/needs/cache.ts';

/** What is written down about a lab that runs. */
export interface LabState {
  /** Of its background process. */
  readonly pid: number;
  readonly kubeconfig: string;
  /** The Unix socket on which the background process answers. */
  readonly socket: string;
}

/** A container as `lab ps` shows it. */
export interface LabContainer {
  readonly name: string;
  readonly image: string;
  readonly phase: string;
  readonly ready: boolean;
  readonly restarts: number;
  /** Its process 1 on this machine, while it runs. */
  readonly pid?: number;
  /** Why one of its probes cannot be tried. */
  readonly problem?: string;
  /** The file with its output. */
  readonly log: string;
}

/** A pod as `lab ps` shows it. */
export interface LabPod {
  readonly namespace: string;
  readonly name: string;
  readonly phase: string;
  readonly ips: readonly string[];
  /** Why it cannot run. */
  readonly problem?: string;
  /** The container that is meant when none is named. */
  readonly defaultContainer: string;
  readonly containers: readonly LabContainer[];
}

/** Of the lab that is meant where none is named. */
export const DEFAULT_NAME = 'lab';
// one folder below that of all labs, and short enough for the path of a Unix socket in it
const LAB_NAME = /^[a-z0-9-]{1,40}$/;

/**
 * The folder of the lab of this name, which it has for itself and which goes with it.
 * @throws Fault PIL003 for what is no name, such as a path
 */
export function labFolder(name: string): string {
  if (LAB_NAME.test(name)) return join(cacheFolder(), 'lab', name);
  const message = `--name is ${quoted(name)}; accepted: 1 to 40 of a to z, 0 to 9 and -, such as: --name second`;
  throw new Fault('PIL003', [{ path: '', message }]);
}

export const stateFile = (name: string): string => join(labFolder(name), 'lab.json');

/** The lab of this name, when it runs. */
export async function runningLab(name: string): Promise<LabState | undefined> {
  const text = await readFile(stateFile(name), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const state = JSON.parse(text) as LabState;
  // a process number is given to others when its process has ended, so the socket is asked
  const answers = await askLab(state, 'GET', '/pods').then(
    () => true,
    () => false,
  );
  return answers ? state : undefined;
}

/** @throws Fault when there is none */
export async function theLab(name: string): Promise<LabState> {
  const lab = await runningLab(name);
  if (lab === undefined)
    throw new Fault('PIL004', [
      { path: '', message: 'no lab runs; start one: npm run lab -- up deploy/lab/pods.yaml' },
    ]);
  return lab;
}

/** Asks the background process. @throws Error with what it said when it did not do it */
export function askLab<T>({ socket }: LabState, method: 'GET' | 'POST', path: string, body?: object): Promise<T> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ socketPath: socket, path, method }, (response) => {
      json(response).then((answer) => {
        if (response.statusCode === 200) resolve(answer as T);
        else reject(new Error((answer as { readonly message: string }).message));
      }, reject);
    });
    outgoing.on('error', reject);
    outgoing.end(body === undefined ? '' : JSON.stringify(body));
  });
}

/** The pod of this name; in this namespace when one is told. @throws Fault when there is none, or more than one */
export async function labPod(lab: LabState, name: string, namespace: string | undefined): Promise<LabPod> {
  const pods = await askLab<readonly LabPod[]>(lab, 'GET', '/pods');
  const found = pods.filter((pod) => pod.name === name && (namespace ?? pod.namespace) === pod.namespace);
  const [pod, ...others] = found;
  if (pod === undefined) {
    const known = pods.map((one) => `${one.namespace}/${one.name}`).join(', ') || 'none';
    throw new Fault('PIL004', [{ path: '', message: `no pod ${name} runs in the lab; there are: ${known}` }]);
  }
  if (others.length > 0) {
    const where = found.map((one) => one.namespace).join(', ');
    throw new Fault('PIL003', [{ path: '', message: `pods ${name} run in ${where}: name one with --namespace` }]);
  }
  return pod;
}

/** The container of this name, or the pod's first of its own. @throws Fault when there is none, or it does not run */
export function labContainer(pod: LabPod, name = pod.defaultContainer): LabContainer {
  const container = pod.containers.find((one) => one.name === name);
  if (container !== undefined) return container;
  const known = pod.containers.map((one) => one.name).join(', ');
  throw new Fault('PIL004', [{ path: '', message: `the pod ${pod.name} has no container ${name}; it has ${known}` }]);
}

/** What a container has written. @throws Fault when it has not started */
export function logOf({ name, log }: LabContainer): Promise<string> {
  return readFile(log, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    throw new Fault('PIL004', [{ path: '', message: `the container ${name} has not started: see lab ps` }]);
  });
}
